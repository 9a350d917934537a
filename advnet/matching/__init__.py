"""Candidates for a consultation, found through the index and judged by the database."""
