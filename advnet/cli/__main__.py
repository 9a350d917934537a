"""``python -m advnet.cli``: the same command where the script is not on the path."""

from advnet.cli import main

main(prog_name="advnet")
