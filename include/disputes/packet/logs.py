"""A merchant's access log as lines of a text field: the first, the last and some between."""

from collections.abc import Sequence
from datetime import date

from disputes.exhibits.rows import LogFocus, Row, choose, describe, gaps
from disputes.facts.types import AccessEntry
from disputes.facts.wording import instant, log

_MOST = 100


def choose_lines(entries: Sequence[AccessEntry], ip: str | None = None, before: date | None = None) -> list[str]:
    """One line for each entry, in order of time; of a long log only some, with a line for each gap.

    :param ip: the IP address of the purchase
    :param before: when the dispute came
    """
    lines, places = _shown(entries, ip, before)
    missing = gaps(places)
    found = []
    for place in places:
        if place in missing:
            found.append(f"… {missing[place]} left out …")
        found.append(lines[place])
    return found


def describe_shown(entries: Sequence[AccessEntry], ip: str | None = None, before: date | None = None) -> str:
    """How many entries there are and which are shown; nothing when all are."""
    lines, places = _shown(entries, ip, before)
    return describe(len(lines), places, "entries of the log")


def _shown(entries: Sequence[AccessEntry], ip: str | None, before: date | None) -> tuple[list[str], list[int]]:
    ordered = sorted(entries, key=lambda entry: instant(entry.at))
    lines = [line for entry in ordered for line in log([entry])]
    rows = [Row(line, instant(entry.at)) for line, entry in zip(lines, ordered, strict=True)]
    return lines, choose(rows, LogFocus(ip, instant(before) if before else None), _MOST)
