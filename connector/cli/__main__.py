"""``python -m connector.cli``: the same as ``ml-connector``."""

from connector.cli import main

main(prog_name="ml-connector")
