"""Text, logs and CSV as blocks: only ever called inside the isolated process of :mod:`.isolation`."""

import csv
from collections.abc import Sequence
from datetime import datetime

from disputes.errors import DocumentError
from disputes.exhibits.blocks import Block
from disputes.exhibits.decoding import decoded
from disputes.exhibits.rows import LogFocus, Row, gaps, moment_in, shown, summary
from disputes.exhibits.typesetting import visible

_MOST_COLUMNS = 40
_LEFT_OUT = "… {} left out …"


def text_of(content: bytes, declared: str | None = None) -> str:
    """The document's text, lines ended by `\\n`.

    :param declared: the encoding that the document itself names
    :raises DocumentError: when its encoding cannot be told
    """
    text = decoded(content, declared)
    if text is None:
        raise DocumentError("is no text in an encoding that can be told", remedy="Save it as UTF-8, or as PDF")
    return visible(text)


def plain(content: bytes) -> list[Block]:
    """A text as it is, line by line."""
    return [Block("verbatim", text_of(content).strip("\n").expandtabs(4))]


def log(content: bytes, focus: LogFocus) -> list[Block]:
    """A log of lines; a long one is shortened, and says so."""
    lines = [line.expandtabs(4) for line in text_of(content).split("\n") if line.strip()]
    rows = [Row(line, _moment([line[:19], line[:20], line[:25], line.partition(" ")[0]])) for line in lines]
    places = shown(rows, focus)
    missing = gaps(places)
    kept: list[str] = []
    for place in places:
        if place in missing:
            kept.append(_LEFT_OUT.format(missing[place]))
        kept.append(lines[place])
    return [*_note(len(lines), places, "lines"), Block("verbatim", "\n".join(kept))]


def table(content: bytes, focus: LogFocus) -> list[Block]:
    """A CSV as a table, its first row the head; a long one is shortened, and says so.

    :raises DocumentError: when it cannot be read as CSV
    """
    text = text_of(content)
    csv.field_size_limit(1_000_000)
    try:
        read = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text))
        rows = [tuple(cell.strip() for cell in row) for row in read]
    except csv.Error as error:
        raise DocumentError(f"is no CSV that can be read: {error}", remedy="Supply it as PDF") from None
    rows = [row for row in rows if any(row)]
    if not rows:
        raise DocumentError("holds no text", remedy="Supply the document again")
    if max(map(len, rows)) > _MOST_COLUMNS:
        raise DocumentError(
            f"has {max(map(len, rows))} columns, more than {_MOST_COLUMNS}", remedy="Supply only those that matter"
        )
    head, *body = rows
    places = shown([Row(" ".join(row), _moment(row)) for row in body], focus)
    missing = gaps(places)
    kept = [head]
    for place in places:
        if place in missing:
            kept.append((_LEFT_OUT.format(missing[place]),))
        kept.append(body[place])
    return [*_note(len(body), places, "rows"), Block("table", rows=tuple(kept))]


def _note(total: int, places: Sequence[int], what: str) -> list[Block]:
    text = summary(total, places, what)
    return [Block("note", f"{text}.")] if text else []


def _moment(cells: Sequence[str]) -> datetime | None:
    return next((at for at in map(moment_in, cells) if at is not None), None)


def _delimiter(text: str) -> str:
    """The one that stands in the head most often."""
    head = next((line for line in text.split("\n") if line.strip()), "")
    return max(",;\t|", key=head.count)
