"""Numbers in files that are mapped, and the compiled loops that run over them."""
