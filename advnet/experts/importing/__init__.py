"""Many experts from a file: read, checked row by row, brought in as a whole or not at all."""
