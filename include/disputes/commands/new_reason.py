"""`python -m disputes new-reason NAME [--claim CLAIM]`, which `make new-reason` calls."""

import re
from argparse import Namespace
from importlib.resources import files
from pathlib import Path

from disputes.commands import Commands
from disputes.commands.terminal import say
from disputes.errors import InputError
from disputes.rules.claims import known_claims
from disputes.rules.loading import BASE
from disputes.rules.reasons import REASONS, dags_of
from disputes.rules.rule_files import CLAIM_TEMPLATES, PLAYBOOKS, RULES_DIR, name_of, own_folder, rule_files
from disputes.validation import meant, misspelt

_CLAIM = re.compile(r"[a-z][a-z0-9_]*")


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "new-reason",
        help="create a DAG for a reason, and a playbook and template for a claim",
        description="Create a DAG for one of Stripe's reasons, and a playbook and template for a claim, with "
        f"explanatory comments. The DAG goes to --dags, the others to the folder that {RULES_DIR} names; without it "
        "only the DAG is written. No file is overwritten.",
    )
    parser.add_argument("name", metavar="NAME", help="the reason, like insufficient_funds")
    parser.add_argument("--claim", help="a claim of your own under this reason (default: the reason itself)")
    parser.add_argument("--dags", type=Path, default=Path("dags"), help="folder of the DAG files (default: dags)")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Write the missing files; print which."""
    reason, claim = arguments.name, arguments.claim or arguments.name
    _check(reason, claim, arguments.dags)
    folder = own_folder()
    if folder is None and arguments.claim:
        remedy = f'Make one outside the package, such as: mkdir -p own-rules; export {RULES_DIR}="$PWD/own-rules"'
        raise InputError(
            "does not name a folder for your own playbooks and templates", subject=RULES_DIR, remedy=remedy
        )
    dag = arguments.dags / f"{dags_of(reason)[0]}.py"
    _lay_down(dag, ("dag.py.txt",), reason, claim, there=dag.exists())
    if folder is None:
        say([f"No playbook or template written: {RULES_DIR} names no folder for them, so the shipped ones stay in use"])
        return 0
    rule = () if claim in known_claims() else ("when.yaml",)
    playbook, template = name_of(PLAYBOOKS, claim), name_of(CLAIM_TEMPLATES, claim)
    _lay_down(folder / playbook, ("playbook.yaml", *rule), reason, claim, there=playbook in rule_files())
    _lay_down(folder / template, ("template.j2",), reason, claim, there=template in rule_files())
    return 0


def _check(reason: str, claim: str, dags: Path) -> None:
    if reason not in REASONS:
        raise InputError(f"reason {reason} {meant(reason, REASONS)}", subject="NAME")
    if not _CLAIM.fullmatch(claim) or claim == BASE:
        remedy = "Use lower-case letters, digits and underscores, such as event_cancelled_resale"
        raise InputError(f"{claim} cannot be the name of a claim", subject="CLAIM", remedy=remedy)
    if misspelt(claim, known_claims()):
        raise InputError(f"claim {claim} {meant(claim, known_claims())}", subject="CLAIM")
    if not dags.is_dir():
        raise InputError("is not a folder", subject=str(dags), remedy="Name the folder of the DAG files with --dags")


def _lay_down(path: Path, skeletons: tuple[str, ...], reason: str, claim: str, *, there: bool) -> None:
    """Write a file.

    :param skeletons: its head and, for a playbook that needs a rule, the rule
    :param there: whether such a file is there, shipped or own
    """
    if there:
        say([f"{path.name}: already exists, unchanged"])
        return
    head, *rule = (_skeleton(name) for name in skeletons)
    words = {"reason": reason, "claim": claim, "Title": _title(path.stem), "when": "".join(rule)}
    text = re.sub(r"@(when)@", lambda found: words[found[1]], head)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(re.sub(r"@(\w+)@", lambda found: words[found[1]], text), "utf-8")
    say([f"{path}: written"])


def _skeleton(name: str) -> str:
    return files("disputes").joinpath("skeletons", name).read_text("utf-8")


def _title(stem: str) -> str:
    return stem.removeprefix("respond_").replace("_", " ").capitalize()
