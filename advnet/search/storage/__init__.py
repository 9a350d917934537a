"""The index on disk: what is written of each expert, by whom and when, and how it is read."""
