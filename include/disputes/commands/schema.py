"""`python -m disputes schema`."""

import sys
from argparse import Namespace

from disputes.commands import Commands
from disputes.facts.schema import facts_schema


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("schema", help="print the JSON Schema of facts.json")
    parser.set_defaults(run=run)


def run(_: Namespace) -> int:
    """Print the schema."""
    sys.stdout.buffer.write(facts_schema())
    return 0
