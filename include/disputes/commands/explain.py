"""`python -m disputes explain`."""

from argparse import Namespace
from pathlib import Path

from disputes.checking.explaining import explain
from disputes.commands import Commands
from disputes.commands.terminal import say
from disputes.packet.folder import MANIFEST, read_manifest

NOTHING = 1
"""Exit status if nothing matches."""


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("explain", help="show the facts, sources and exhibits behind a field or a sentence")
    parser.add_argument("asked", metavar="FIELD|SENTENCE", help="an evidence field, or any part of a sentence")
    parser.add_argument("packet", type=Path, help="folder with manifest.json")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Print what is behind it; 1 when nothing matches."""
    lines = explain(arguments.asked, read_manifest(arguments.packet / MANIFEST))
    say(lines or ["Nothing in this packet matches"])
    return 0 if lines else NOTHING
