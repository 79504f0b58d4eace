"""Text documents as blocks: headings, paragraphs, list items, tables; and blocks as pages."""

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from disputes.errors import DocumentError
from disputes.exhibits.sheets import BAND, MARGIN, POINTS, Sheet
from disputes.exhibits.typesetting import TEXT, literal, typeset, visible

MAX_CHARACTERS = 150_000
"""Of a text document: more would fill the whole packet."""

_HEADINGS = (17, 15, 14, 13)
_CHARACTER = 6.6
"""Width of a usual one at 12 pt, in points."""
_CELL = 14
"""Characters that a column needs at least to stay readable, when its content has as many."""
_INSET = 4


@dataclass(frozen=True)
class Block:
    """A part of a text document.

    :param kind: `note` is ours, not the document's
    :param level: of a heading; how far an item or a quotation is set in
    :param marker: of an item, like `2.`
    :param rows: of a table, the head first
    """

    kind: Literal["heading", "paragraph", "item", "quote", "verbatim", "table", "rule", "note"]
    text: str = ""
    level: int = 0
    marker: str = ""
    rows: tuple[tuple[str, ...], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As JSON, for the way between processes."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Block":
        """Read back what `to_json` wrote."""
        return cls(**value | {"rows": tuple(map(tuple, value["rows"]))})


def pages(blocks: Sequence[Block], sheet: Sheet) -> bytes:
    """Set blocks on sheets, text as text.

    :raises DocumentError: when there is no text, or too much
    """
    characters = sum(len(block.text) + sum(map(len, sum(block.rows, ()))) for block in blocks)
    shown = "".join(block.text + "".join(sum(block.rows, ())) for block in blocks if block.kind != "note")
    if not visible(shown).strip():
        raise DocumentError("holds no text", remedy="Supply the document again")
    if characters > MAX_CHARACTERS:
        raise DocumentError(
            f"has {characters} characters, more than {MAX_CHARACTERS}", remedy="Supply only what matters"
        )
    width, height = POINTS[sheet.size]
    margins = f"(top: {MARGIN + BAND}pt, x: {MARGIN}pt, bottom: {MARGIN}pt)"
    head = f"#set page(width: {width}pt, height: {height}pt, margin: {margins})\n{TEXT}#set par(spacing: 0.9em)\n"
    return typeset(head + "\n".join(_set(block, sheet) for block in blocks))


def _set(block: Block, sheet: Sheet) -> str:
    if block.kind == "table":
        return _table(block.rows, sheet)
    if block.kind == "rule":
        return "#line(length: 100%, stroke: 0.5pt)"
    text = _directed(block.text)
    if block.kind == "heading":
        size = _HEADINGS[min(block.level, len(_HEADINGS)) - 1]
        return f'#block(above: 1.2em, below: 0.7em, sticky: true)[#set text(size: {size}pt, weight: "bold");{text}]'
    inset = f"left: {14 * min(block.level, 8)}pt"
    if block.kind == "item":
        marker = f"{max(14, 6 * len(block.marker))}pt + 0.3em"
        cells = f"[#{literal(block.marker)};], [{text}]"
        return f"#block(inset: ({inset}), grid(columns: ({marker}, 1fr), column-gutter: 4pt, {cells}))"
    if block.kind == "quote":
        return f"#block(width: 100%, inset: ({inset}), stroke: (left: 1pt + luma(150)))[{text}]"
    if block.kind == "note":
        return f"#block(width: 100%, inset: 6pt, stroke: 0.5pt)[{text}]"
    return f"#block(width: 100%)[{text}]"


def _directed(text: str, longest: int = 40) -> str:
    """The text in its own reading direction."""
    plain = f"#{literal(text, longest)};"
    first = next((kind for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL")), "L")
    return plain if first == "L" else f"#[#set text(dir: rtl);#set align(right);{plain}]"


def _table(rows: Sequence[Sequence[str]], sheet: Sheet) -> str:
    count = max(map(len, rows))
    padded = [[*row, *[""] * (count - len(row))] for row in rows]
    longest = [max(max(map(len, row[at].split("\n"))) for row in padded) for at in range(count)]
    room = sheet.width - count * 2 * _INSET
    if sum(min(most, _CELL) for most in longest) * _CHARACTER > room:
        return "\n".join(_record(padded[0], row) for row in padded[1:])
    shares = [min(max(most, 4), 60) for most in longest]
    widths = [room * share / sum(shares) + 2 * _INSET for share in shares]
    columns = ", ".join(f"{width:.2f}pt" for width in widths)
    fits = [max(2, int((width - 2 * _INSET) / (1.3 * _CHARACTER))) for width in widths]
    head, *body = (
        ", ".join(f"[{_directed(cell, most)}]" for cell, most in zip(row, fits, strict=True)) for row in padded
    )
    lines = ",\n".join([f"table.header({head})", *body])
    bold = '#show table.cell.where(y: 0): set text(weight: "bold")'
    return f"#[{bold}\n#table(columns: ({columns},), inset: {_INSET}pt, stroke: 0.5pt, align: left,\n{lines})]"


def _record(head: Sequence[str], row: Sequence[str]) -> str:
    """A row that is too wide for a table: each value after its name."""
    pairs = " · ".join(
        f"*#{literal(name)};* #{literal(value)};" for name, value in zip(head, row, strict=True) if value.strip()
    )
    return f"#block(above: 1.1em)[{pairs}]"
