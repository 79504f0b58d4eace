"""Where the cells of a table are: only ever called inside the isolated process of :mod:`.isolation`.

Source: https://html.spec.whatwg.org/multipage/tables.html#forming-a-table
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from disputes.exhibits.looks import is_displayed, styles_of

_MOST_COLUMNS = 1000
_SPAN = re.compile(r"\s*\+?([0-9]{1,9})")


@dataclass(frozen=True)
class Place:
    """Where a cell is, in columns and rows from 0."""

    element: Any
    column: int
    row: int
    columns: int
    rows: int
    is_head: bool


def places(table: Any) -> tuple[list[Place], int]:
    """The cells of a table, and how many rows from the top are its head."""
    found: list[Place] = []
    head = first = 0
    for group in _groups(table):
        rows = [row for row in group if row.tag == "tr" and _is_shown(row)]
        found += _in_group(rows, first)
        first += len(rows)
        if group.tag == "thead" and first == len(rows):
            head = first
    if not head:
        head = _leading(found, first)
    return _narrow(found), head


def _groups(table: Any) -> list[Any]:
    """Its groups of rows, the head first and the foot last wherever they are written."""
    groups = [group for group in table if group.tag in ("thead", "tbody", "tfoot") and _is_shown(group)]
    order = {"thead": 0, "tbody": 1, "tfoot": 2}
    return sorted(groups, key=lambda group: order[group.tag])


def _in_group(rows: list[Any], first: int) -> Iterator[Place]:
    taken: set[tuple[int, int]] = set()
    for at, row in enumerate(rows):
        column = 0
        for cell in row:
            if cell.tag not in ("td", "th") or not _is_shown(cell):
                continue
            while (column, at) in taken:
                column += 1
            across = min(max(1, _span(cell, "colspan")), _MOST_COLUMNS)
            down = min(_span(cell, "rowspan") or len(rows), len(rows) - at)
            while any((column + more, at) in taken for more in range(1, across)):
                across -= 1  # a browser lets them overlap, which nobody can read
            taken.update((column + x, at + y) for x in range(across) for y in range(down))
            yield Place(cell, column, first + at, across, down, cell.tag == "th")
            column += across


def _narrow(found: list[Place]) -> list[Place]:
    """The cells, none wider than the columns in which some cell begins."""
    starts = sorted({place.column for place in found})
    return [
        replace(one, column=first, columns=bisect_left(starts, one.column + one.columns) - first)
        for one in found
        for first in [bisect_left(starts, one.column)]
    ]


def _leading(found: list[Place], rows: int) -> int:
    """How many rows from the top hold only headings, with the rows that those span into; 0 if that is all rows."""
    head = next((row for row in range(rows) if not all(place.is_head for place in found if place.row == row)), rows)
    while (reach := max((place.row + place.rows for place in found if place.row < head), default=0)) > head:
        head = reach
    return head if head < rows else 0


def _span(cell: Any, name: str) -> int:
    found = _SPAN.match(cell.get(name) or "1")
    return int(found.group(1)) if found else 1


def _is_shown(element: Any) -> bool:
    return is_displayed(element, styles_of(element))
