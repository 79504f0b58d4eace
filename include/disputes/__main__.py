"""`python -m disputes COMMAND`: the domain on the command line."""

import argparse
import os
import sys
from collections.abc import Sequence

from disputes.commands import check, claims, exhibits, explain, new_reason, packet, schema
from disputes.errors import DisputeError
from disputes.exhibits.typesetting import visible

COMMANDS = (packet, exhibits, check, explain, claims, new_reason, schema)
"""In the order in which the help lists them."""
WRONG_INPUT = 2
"""Exit status when the input is wrong; the message says what, where, and what to do. The same as argparse's own."""

UNREAD = 1
"""Exit status if the reader of our output closed it early."""


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


def run() -> int:
    """Run the process's own command; a reader that has seen enough, like `head`, ends it quietly."""
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more at its end: there is nobody to read it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    return status


if __name__ == "__main__":
    sys.exit(run())
