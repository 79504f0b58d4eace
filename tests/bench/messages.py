"""How many messages rules/admissions.yaml stops, of those made up to measure it: tests/data/messages.yaml.

make measure-messages
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from disputes.rules.admissions import CUSTOMERS, OURS, Kind, passages

_MESSAGES = Path(__file__).parents[1] / "data" / "messages.yaml"
_KINDS: dict[str, tuple[Kind, ...]] = {"merchant": OURS, "customer": CUSTOMERS}
_WRITERS = {"merchant": "we wrote", "customer": "the customer wrote"}


class Measured(NamedTuple):
    """Messages of one kind and one writer.

    :param stopped: those about which a person is asked when their writer is known
    :param in_documents: those about which one is asked where nothing tells who wrote
    """

    part: str
    author: str
    texts: tuple[str, ...]
    stopped: tuple[str, ...]
    in_documents: tuple[str, ...]


def measure() -> Iterator[Measured]:
    """Every message, by kind and writer."""
    for part, by_author in yaml.safe_load(_MESSAGES.read_text("utf-8")).items():
        for author, texts in by_author.items():
            known = tuple(text for text in texts if any(passages(text, _KINDS[author])))
            unknown = tuple(text for text in texts if any(passages(text, OURS + CUSTOMERS)))
            yield Measured(part, author, tuple(texts), known, unknown)


def table() -> str:
    """The counts, as they are in the README."""
    lines = ["| messages | asked about | asked about if the author is unknown |", "| --- | --- | --- |"]
    for one in measure():
        of = len(one.texts)
        counts = f"{len(one.stopped)} of {of} | {len(one.in_documents)} of {of}"
        lines.append(f"| {one.part}, {_WRITERS[one.author]} | {counts} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n")
