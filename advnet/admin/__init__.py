"""Pages of the administrator over the other parts' services; no tables of its own."""
