"""`python -m disputes schema`: the domain on the command line."""

import argparse
import sys

from disputes.schema import facts_schema


def main(arguments: list[str] | None = None) -> None:
    """Run one command.

    :param arguments: those of the process when left out
    """
    parser = argparse.ArgumentParser(prog="python -m disputes")
    commands = parser.add_subparsers(required=True, metavar="command")
    schema = commands.add_parser("schema", help="print the JSON Schema of facts.json")
    schema.set_defaults(output=facts_schema)
    sys.stdout.buffer.write(parser.parse_args(arguments).output())


if __name__ == "__main__":
    main()
