"""`python -m disputes claims`."""

from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from disputes.commands import Commands
from disputes.commands.terminal import say
from disputes.errors import InputError
from disputes.packet.templates import template, template_names
from disputes.rules.claim_table import Way, ways_to_claims
from disputes.rules.loading import BASE, playbook_for, playbooks_with_a_rule
from disputes.rules.rule_files import PLAYBOOKS, names_in


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "claims",
        help="check all playbooks and templates, and show what leads to which claim",
        description="Check all playbooks and templates, including your own, and show what leads to which claim: "
        "Stripe's reason, the network's code, and the rules of playbooks, which take precedence over both.",
        epilog="Exit status: 0; 2 if a playbook or a template is wrong: each error has file, line and remedy.",
    )
    parser.add_argument("--dags", type=Path, default=Path("dags"), help="folder of the DAG files (default: dags)")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Check, then print the table."""
    dags = {path.stem for path in arguments.dags.glob("respond_*.py")}
    if not dags:
        raise InputError("contains no respond_*.py", subject=str(arguments.dags), remedy="Name the folder with --dags")
    wrong = list(dict.fromkeys(_problems()))
    if wrong:
        raise InputError("\n".join(wrong))
    say(_lines(ways_to_claims(dags)))
    return 0


def _problems() -> Iterator[str]:
    """All problems of the playbooks and templates, not only the first."""
    for claim in sorted(names_in(PLAYBOOKS) - {BASE}):
        yield from _problem(partial(playbook_for, claim))
    yield from _problem(playbooks_with_a_rule)
    for name in template_names():
        yield from _problem(partial(template, name))


def _problem(read: Callable[[], object]) -> Iterator[str]:
    try:
        read()
    except InputError as error:
        yield str(error)


def _lines(ways: Sequence[Way]) -> Iterator[str]:
    rows = [tuple(name.upper() for name in Way._fields), *ways]
    widths = [max(len(row[column]) for row in rows) for column in range(len(Way._fields))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
