"""`python -m disputes COMMAND`: the domain on the command line."""

import argparse
import sys
from collections.abc import Sequence

from disputes.commands import schema

COMMANDS = (schema,)
"""In the order in which the help lists them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status.

    :param arguments: those of the process when left out
    """
    parser = argparse.ArgumentParser(prog="python -m disputes")
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in COMMANDS:
        command.add(commands)
    parsed = parser.parse_args(arguments)
    status: int = parsed.run(parsed)
    return status


if __name__ == "__main__":
    sys.exit(main())
