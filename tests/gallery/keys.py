"""What a letter is made of, as digests: a letter whose key is the same need not be made again."""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

import jinja2
from jinja2 import meta
from tests.gallery.cells import NOW, gathered

import disputes
import sandbox
from disputes.packet.letter import Case
from disputes.packet.templates import environment
from sandbox import seed_matrix
from sandbox.seed_matrix import Cell

DOMAIN = Path(disputes.__file__).parent
SANDBOX = Path(sandbox.__file__).parent
PROJECT = Path(__file__).parents[2]


def exhibits_key(cell: Cell) -> str:
    """Of the cell's data, the code, and the playbook, which says what documents are wanted."""
    data = json.dumps([NOW, *cell], sort_keys=True)
    playbooks = [DOMAIN / "rules" / "playbooks" / f"{name}.yaml" for name in ("base", gathered(cell).playbook.claim)]
    return _digest([data, _code(), *map(_content, playbooks)])


def letter_key(cell: Cell) -> str:
    """Of its exhibits, the words that are not a template, and the templates that this letter uses."""
    words = sorted(DOMAIN.glob("*.yaml"))
    return _digest([exhibits_key(cell), *map(_content, [*words, *sorted(_templates(cell))])])


def _templates(cell: Cell) -> Iterator[Path]:
    """Those of the fields too: what has no room in a field is listed in the letter."""
    known = gathered(cell)
    fields = (how.template for how in known.playbook.plan(known.product_type).values() if how.template)
    used = {
        Case(known.dispute, known.claim, known.product_type).template,
        *(f"fields/{name}.txt.j2" for name in fields),
    }
    yield DOMAIN / "templates" / "letter.typ.j2"
    yield from (DOMAIN / "templates" / name for name in used.union(*map(_included, used)))


@cache
def _included(template: str) -> frozenset[str]:
    text = (DOMAIN / "templates" / template).read_text("utf-8")
    try:
        names = {name for name in meta.find_referenced_templates(environment().parse(text)) if name}
    except jinja2.TemplateSyntaxError:  # told when the letter is made, with the file's name
        return frozenset()
    return frozenset(names).union(*map(_included, names))


@cache
def _code() -> str:
    """Code, fonts, pinned packages, and the parts that the documents of all cells share."""
    parts = seed_matrix.PARTS
    shared = [parts / "parts.typ", *(parts / "policies").rglob("*")]
    code = (path for folder in (DOMAIN, SANDBOX, Path(__file__).parent) for path in folder.rglob("*.py"))
    files = [*shared, *code, *(DOMAIN / "fonts").iterdir(), PROJECT / "requirements.txt"]
    return _digest(map(_content, sorted(path for path in files if path.is_file())))


@cache
def _content(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _digest(parts: Iterable[str]) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()
