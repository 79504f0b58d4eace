"""Text, logs and CSV as blocks: only ever called inside the isolated process of :mod:`.isolation`."""

import re
from collections.abc import Sequence

from disputes.errors import DocumentError
from disputes.exhibits.blocks import Block, plain_block, plain_table
from disputes.exhibits.decoding import UNKNOWN, decode
from disputes.exhibits.moments import moments_in
from disputes.exhibits.rows import LogFocus, Row, choose, describe, gaps
from disputes.exhibits.separated import read_rows
from disputes.exhibits.typesetting import visible

_MOST_COLUMNS = 40
_LEFT_OUT = "… {} left out …"
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
"""What a program writes into a log for the colours of a terminal."""


def text_of(content: bytes, declared: str | None = None) -> str:
    """The document's text, lines ended by `\\n`.

    :param declared: the encoding that the document itself names
    :raises DocumentError: when its encoding cannot be determined
    """
    text = decode(content, declared)
    if text is None:
        problem, remedy = UNKNOWN
        raise DocumentError(
            f"is labelled {declared}, but is not in that text encoding" if declared else problem, remedy=remedy
        )
    return visible(_COLOURS.sub("", text))


def plain(content: bytes) -> list[Block]:
    """A text as it is, line by line."""
    return [plain_block("verbatim", text_of(content).strip("\n").expandtabs(4))]


def log(content: bytes, focus: LogFocus) -> list[Block]:
    """A log of lines; a long one is shortened, and says so."""
    lines = [line.expandtabs(4) for line in text_of(content).split("\n") if line.strip()]
    places = choose(_rows(lines, focus), focus)
    missing = gaps(places)
    kept: list[str] = []
    for place in places:
        if place in missing:
            kept.append(_LEFT_OUT.format(missing[place]))
        kept.append(lines[place])
    return [*_note(len(lines), places, "lines"), plain_block("verbatim", "\n".join(kept))]


def table(content: bytes, focus: LogFocus) -> list[Block]:
    """A CSV as a table under its head, after what is above it; a long one is shortened, and says so.

    :raises DocumentError: when it cannot be read as CSV, or has too many columns
    """
    above, rows = read_rows(text_of(content))
    most = max(map(len, rows))
    if most > _MOST_COLUMNS:
        raise DocumentError(f"has {most} columns, more than {_MOST_COLUMNS}", remedy="Supply only the relevant ones")
    head, *body = rows
    places = choose(_rows([" ".join(row) for row in body], focus), focus)
    missing = gaps(places)
    kept = [head]
    for place in places:
        if place in missing:
            kept.append((_LEFT_OUT.format(missing[place]),))
        kept.append(body[place])
    lines = [plain_block("paragraph", " ".join(filter(None, row))) for row in above]
    return [*lines, *_note(len(body), places, "rows"), plain_table(kept)]


def _rows(lines: Sequence[str], focus: LogFocus) -> list[Row]:
    return [Row(line, at) for line, at in zip(lines, moments_in(lines, focus.before), strict=True)]


def _note(total: int, places: Sequence[int], what: str) -> list[Block]:
    text = describe(total, places, what)
    return [plain_block("note", f"{text}.")] if text else []
