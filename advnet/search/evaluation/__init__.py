"""How good the matching is, on collections whose answers are known, and which weights make it so."""
