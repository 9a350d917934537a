"""Works: read from pasted references, kept by their experts."""
