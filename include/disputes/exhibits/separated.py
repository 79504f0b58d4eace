"""Texts whose columns are separated by a character, like CSV: only ever called inside the isolated process of
:mod:`.isolation`.
"""

import csv
import re
from collections import Counter
from io import StringIO

from disputes.errors import DocumentError

_DELIMITERS = ",;\t|"
_SAID = re.compile(r"\s*\"?sep=(.)\"?[ \t]*(?:\n|\Z)", re.IGNORECASE)
"""A first line that names the delimiter for spreadsheets."""
_LOOKED_AT = 50
"""Rows from which the delimiter is inferred."""
_LONGEST_FIELD = 1_000_000

Rows = list[tuple[str, ...]]


def read_rows(text: str) -> tuple[Rows, Rows]:
    """The rows of a table, its head the first of them, and before those the rows that are above it.

    :raises DocumentError: when it cannot be read as CSV, or is empty
    """
    said = _SAID.match(text)
    if said:
        text = text[said.end() :]
    try:
        rows = _parse(text, said.group(1) if said else _delimiter(text))
    except csv.Error as error:
        raise DocumentError(f"cannot be read as CSV: {error}", remedy="Supply it as PDF") from None
    rows = [row for row in rows if any(row)]
    if not rows:
        raise DocumentError("contains no text", remedy="Supply the document again")
    width = _usual_width(rows)
    head = next(at for at, row in enumerate(rows) if len(row) >= width)
    return rows[:head], rows[head:]


def _parse(text: str, delimiter: str, *, strict: bool = False) -> Rows:
    csv.field_size_limit(_LONGEST_FIELD)
    read = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    return [tuple(cell.strip() for cell in row) for row in read]


def _delimiter(text: str) -> str:
    """The one that gives most rows the same number of columns, quoted ones not counted.

    Judged first where a quote closes right before it; only if that is inconclusive, anywhere.
    """
    return max(_DELIMITERS, key=lambda one: (_agreement(text, one, strict=True), _agreement(text, one, strict=False)))


def _agreement(text: str, delimiter: str, *, strict: bool) -> tuple[int, int]:
    try:
        rows = [row for row in _parse(text, delimiter, strict=strict) if any(row)][:_LOOKED_AT]
    except csv.Error:
        return (0, 0)
    width = _usual_width(rows)
    return (sum(len(row) == width for row in rows), width) if width > 1 else (0, 0)


def _usual_width(rows: Rows) -> int:
    """The number of columns that most rows have, of those with several."""
    widths = Counter(len(row) for row in rows[:_LOOKED_AT] if len(row) > 1)
    return max(widths, key=lambda width: (widths[width], width), default=1)
