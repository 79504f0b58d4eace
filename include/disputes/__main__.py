"""`python -m disputes COMMAND`: the domain on the command line."""

import argparse
import sys
from collections.abc import Sequence

from disputes.commands import check, exhibits, explain, packet, schema
from disputes.errors import DisputeError
from disputes.exhibits.typesetting import visible

COMMANDS = (packet, exhibits, check, explain, schema)
"""In the order in which the help lists them."""
WRONG_INPUT = 2
"""Exit status when the input is wrong; the message says what, where, and what to do. The same as argparse's own."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status.

    :param arguments: those of the process when left out
    """
    parser = argparse.ArgumentParser(prog="python -m disputes")
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in COMMANDS:
        command.add(commands)
    parsed = parser.parse_args(arguments)
    try:
        status: int = parsed.run(parsed)
    except DisputeError as error:
        print(visible(str(error)), file=sys.stderr)
        return WRONG_INPUT
    return status


if __name__ == "__main__":
    sys.exit(main())
