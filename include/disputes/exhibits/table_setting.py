"""Tables as Typst: cells are where their document puts them; a table that is too wide names each value."""

from collections.abc import Callable, Iterator, Sequence

from disputes.exhibits.blocks import Block, Cell, Run

SetBlock = Callable[[Block, float, int], str]
"""Writes a block as Typst, from its width in points and the characters of a word after which it may break."""

_CHARACTER = 6.6
"""Width of an average character at 12 pt, in points."""
_CELL = 14
"""Least width of a readable column in characters, if its content has as many."""
_INSET = 4
_LONG = 40
"""Longest piece of a word that is never broken, in characters."""


def set_table(table: Block, room: float, set_block: SetBlock) -> str:
    """A table as Typst.

    :param room: its width, in points
    :param set_block: for what is in its cells
    """
    count = max(cell.column + cell.columns for cell in table.cells)
    longest = [max((_length(cell) for cell in _columns(table, at)), default=0) for at in range(count)]
    free = room - count * 2 * _INSET
    if sum(min(most, _CELL) for most in longest) * _CHARACTER > free:
        names, rows = _names(table, count), max(cell.row + cell.rows for cell in table.cells)
        return "\n".join(set_block(_record(row, table, names), room, _LONG) for row in range(table.head, rows))
    shares = [min(max(most, 4), 60) for most in longest]
    widths = [free * share / sum(shares) for share in shares]
    head = [_cell(cell, widths, set_block) for cell in table.cells if cell.row < table.head]
    body = [_cell(cell, widths, set_block) for cell in table.cells if cell.row >= table.head]
    lines = ",\n".join([f"table.header({', '.join(head)})", *body] if head else body)
    columns = ", ".join(f"{width + 2 * _INSET:.2f}pt" for width in widths)
    return f"#table(columns: ({columns},), inset: {_INSET}pt, stroke: 0.5pt, align: left,\n{lines})"


def _columns(table: Block, at: int) -> Iterator[Cell]:
    """The cells of one column alone."""
    return (cell for cell in table.cells if cell.column == at and cell.columns == 1)


def _length(cell: Cell) -> int:
    """Characters of its longest line; a picture counts as the characters that would fill its width."""
    runs = [run for block in cell.blocks for run in block.runs]
    pictures = [int(run.picture.width / _CHARACTER) for run in runs if run.picture]
    markers = max((2 * block.level + len(block.marker) for block in cell.blocks), default=0)
    return max([*map(len, cell.text.split("\n")), *pictures]) + markers


def _cell(cell: Cell, widths: Sequence[float], set_block: SetBlock) -> str:
    spanned = widths[cell.column : cell.column + cell.columns]
    room = sum(spanned) + 2 * _INSET * (len(spanned) - 1)
    longest = max(2, int(room / (1.3 * _CHARACTER)))
    content = "\n".join(set_block(block, room, longest) for block in cell.blocks)
    bold = '#set text(weight: "bold");' if cell.is_head else ""
    place = f"x: {cell.column}, y: {cell.row}, colspan: {cell.columns}, rowspan: {cell.rows}"
    return f"table.cell({place})[{bold}{content}]"


def _record(row: int, table: Block, names: Sequence[str]) -> Block:
    """A row as a paragraph, each value after the name of its column."""
    runs: list[Run] = []
    for cell in table.cells:
        if cell.row <= row < cell.row + cell.rows and _shows(cell):
            name = " ".join(dict.fromkeys(names[cell.column : cell.column + cell.columns]))
            named = [Run(name, ("bold",)), Run(" ")] if name else []
            runs += [Run(" · " if runs else ""), *named, *_in_line(cell)]
    return Block("paragraph", tuple(runs))


def _shows(cell: Cell) -> bool:
    return bool(cell.text.strip()) or any(block.has_picture for block in cell.blocks)


def _in_line(cell: Cell) -> Iterator[Run]:
    for at, block in enumerate(cell.blocks):
        yield Run(("\n" if at else "") + (f"{block.marker} " if block.marker else ""))
        yield from block.runs


def _names(table: Block, count: int) -> list[str]:
    """What the head calls each column."""
    names: list[list[str]] = [[] for _ in range(count)]
    for cell in table.cells:
        if cell.row < table.head:
            for column in names[cell.column : cell.column + cell.columns]:
                column.append(cell.text)
    return [" ".join(column) for column in names]
