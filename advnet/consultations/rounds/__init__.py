"""Rounds of a consultation: how often the experts are asked, and what they are told in between."""
