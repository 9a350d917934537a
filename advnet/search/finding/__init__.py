"""Skill search: what somebody typed, who has all of it, and where it stands."""
