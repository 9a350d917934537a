"""Saying what was true: outcomes of claims and quantities, and whether records weigh the answers."""
