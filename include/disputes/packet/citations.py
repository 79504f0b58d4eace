"""Which sentence each exhibit proves: the first one that cites it."""

import re
from collections.abc import Iterable

from disputes.facts.wording import shortened
from disputes.packet.manifest import Statement

_CITED = re.compile(r"\s*\(Exhibits? (\d+(?:, \d+)*)\)")
_LONGEST = 128
"""Characters of a sentence in the letter's list, on two lines."""


def cited(statement: Statement) -> frozenset[int]:
    """The numbers of the exhibits that a statement names."""
    return frozenset(int(number) for found in _CITED.findall(statement.text) for number in found.split(", "))


def proved(statements: Iterable[Statement]) -> dict[int, str]:
    """Exhibit number -> the sentence that it proves, without its citations, on one line.

    :param statements: those of the letter, then those of the text fields
    """
    found: dict[int, str] = {}
    for statement in statements:
        for number in cited(statement):
            found.setdefault(number, _sentence(statement.text))
    return found


def _sentence(text: str) -> str:
    return shortened(" ".join(_CITED.sub("", text).split()), _LONGEST)
