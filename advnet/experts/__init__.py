"""Experts: registration and vetting, profile, skills and works, standing and availability."""
