"""Text documents as blocks: headings, paragraphs, list items, tables, with what is in them."""

import base64
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Style = Literal["bold", "underline", "strike", "super", "sub"]


@dataclass(frozen=True)
class Picture:
    """A picture inside a text.

    :param content: a PNG or JPEG of ours
    :param width: as the document asks for it, in points
    :param height: in points
    """

    content: bytes
    width: float
    height: float


@dataclass(frozen=True)
class Run:
    """Characters that look the same, or a picture among them."""

    text: str
    styles: tuple[Style, ...] = ()
    picture: Picture | None = None

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Run":
        """Read back what `Block.to_json` wrote."""
        picture = value["picture"]
        if picture is not None:
            picture = Picture(base64.b64decode(picture["content"]), picture["width"], picture["height"])
        return cls(value["text"], tuple(value["styles"]), picture)


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    :param column: its first one, from 0
    :param row: its first one, from 0
    :param columns: how many it spans
    :param is_head: whether it is a heading for other cells
    """

    blocks: tuple["Block", ...]
    column: int
    row: int
    columns: int = 1
    rows: int = 1
    is_head: bool = False

    @property
    def text(self) -> str:
        """Its characters."""
        return "\n".join(block.text for block in self.blocks)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Cell":
        """Read back what `Block.to_json` wrote."""
        return cls(**value | {"blocks": tuple(map(Block.from_json, value["blocks"]))})


@dataclass(frozen=True)
class Block:
    """A part of a text document.

    :param kind: `note` is ours, not the document's
    :param level: of a heading; how far an item or a quotation is set in
    :param marker: of an item, like `2.`
    :param cells: of a table
    :param head: rows of a table, from the top, that name its columns
    """

    kind: Literal["heading", "paragraph", "item", "quote", "verbatim", "table", "rule", "note"]
    runs: tuple[Run, ...] = ()
    level: int = 0
    marker: str = ""
    cells: tuple[Cell, ...] = ()
    head: int = 0

    @property
    def text(self) -> str:
        """Its characters, those of its cells too."""
        return "".join(run.text for run in self.runs) + "\n".join(cell.text for cell in self.cells)

    @property
    def has_picture(self) -> bool:
        """Whether it shows one."""
        return any(run.picture for run in self.runs) or any(
            block.has_picture for cell in self.cells for block in cell.blocks
        )

    def to_json(self) -> dict[str, Any]:
        """As JSON, for the way between processes."""
        return _plain(asdict(self))  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Block":
        """Read back what `to_json` wrote."""
        runs, cells = tuple(map(Run.from_json, value["runs"])), tuple(map(Cell.from_json, value["cells"]))
        return cls(**value | {"runs": runs, "cells": cells})


def plain_block(kind: Literal["paragraph", "verbatim", "note"], text: str) -> Block:
    """A block of characters that all look the same."""
    return Block(kind, (Run(text),))


def plain_table(rows: Sequence[Sequence[str]]) -> Block:
    """A table of texts, its first row the head."""
    cells = (
        Cell((plain_block("paragraph", text),), column, row, is_head=not row)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    )
    return Block("table", cells=tuple(cells), head=1)


def _plain(value: Any) -> Any:
    """The value with bytes in base64."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value
