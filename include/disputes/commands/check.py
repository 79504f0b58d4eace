"""`python -m disputes check`."""

from argparse import Namespace
from pathlib import Path

from disputes.checking.packet import check_packet
from disputes.commands import Commands
from disputes.commands.terminal import say

FOUND = 6
"""Exit status if the audit finds something."""


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("check", help="audit a packet: limits, digests, pages, fonts, every sentence traced")
    parser.add_argument("packet", type=Path, help="folder with manifest.json, files/ and fields.json")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Print a line for each finding; 6 when there are any."""
    findings = check_packet(arguments.packet)
    say(map(str, findings))
    return FOUND if findings else 0
