"""Shortens long logs to their first, last and most relevant rows, with the total."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from disputes.exhibits.addresses import address, holds

MOST = 120
"""Most rows of a log that are shown; a longer log is shortened."""
_ENDS = 0.4
"""Share of the shown rows for each end; the rest is for the most relevant ones."""
_DOWNLOAD = re.compile(r"download", re.IGNORECASE)


@dataclass(frozen=True)
class LogFocus:
    """What makes a row of a log relevant.

    :param ip: the IP address of the purchase
    :param before: when the dispute came: the last row before it counts
    """

    ip: str | None = None
    before: datetime | None = None

    def to_json(self) -> dict[str, str | None]:
        """As JSON, for the way between processes."""
        return {"ip": self.ip, "before": self.before.isoformat() if self.before else None}

    @classmethod
    def from_json(cls, value: dict[str, str | None]) -> "LogFocus":
        """Read back what `to_json` wrote."""
        return cls(value["ip"], datetime.fromisoformat(value["before"]) if value["before"] else None)


@dataclass(frozen=True)
class Row:
    """A row of a log.

    :param text: all of it
    :param at: its moment, where it has one
    """

    text: str
    at: datetime | None = None


def choose(rows: Sequence[Row], focus: LogFocus, most: int = MOST) -> list[int]:
    """Which rows to show, by their place: all, or the first, the last and the most relevant.

    Most relevant is the last row before the dispute, then rows with the purchase's IP address, then downloads.

    :param rows: in the log's own order
    """
    if len(rows) <= most:
        return list(range(len(rows)))
    ends = max(1, int(most * _ENDS))
    places = dict.fromkeys([*range(ends), *range(len(rows) - ends, len(rows))])
    telling = [*_last_before(rows, focus), *_with_ip(rows, focus), *_downloads(rows)]
    for place in telling:
        if len(places) < most:
            places[place] = None
    return sorted(places)


def describe(total: int, places: Sequence[int], what: str = "rows") -> str:
    """The note on a shortened log; empty if it was not shortened."""
    if len(places) == total:
        return ""
    return f"{len(places)} of {total} {what} are shown: the first, the last and the most relevant"


def gaps(places: Sequence[int]) -> dict[int, int]:
    """How many rows were left out before each of these places, where any were."""
    missing = {place: place - before - 1 for before, place in zip([-1, *places], places, strict=False)}
    return {place: count for place, count in missing.items() if count}


def _last_before(rows: Sequence[Row], focus: LogFocus) -> list[int]:
    if focus.before is None:
        return []
    earlier = [(row.at, place) for place, row in enumerate(rows) if row.at is not None and row.at < focus.before]
    return [max(earlier)[1]] if earlier else []


def _with_ip(rows: Sequence[Row], focus: LogFocus) -> list[int]:
    wanted = address(focus.ip or "")
    return [] if wanted is None else [place for place, row in enumerate(rows) if holds(row.text, wanted)]


def _downloads(rows: Sequence[Row]) -> list[int]:
    return [place for place, row in enumerate(rows) if _DOWNLOAD.search(row.text)]
