"""Reads HTML, whose styles are in its elements, into blocks: only ever called inside the isolated process of
:mod:`.isolation`.

What a reader sees stays. Anything that would be fetched, or that moves, is named in brackets in its place.
"""

from itertools import takewhile
from typing import Any

from disputes.errors import DocumentError
from disputes.exhibits.additions import added
from disputes.exhibits.block_setting import MAX_CHARACTERS
from disputes.exhibits.blocks import Block, Cell, Run
from disputes.exhibits.controls import control_text
from disputes.exhibits.lists import Numbering
from disputes.exhibits.looks import Look, is_displayed, look_of, styles_of
from disputes.exhibits.pictures import Pictures, is_tiny
from disputes.exhibits.runs import Piece, tidy
from disputes.exhibits.tables import Place, places

_UNSEEN = frozenset(
    "script style head title noscript template map datalist base link meta param source track col colgroup".split()  # noqa: SIM905
)
_PLAIN = frozenset(
    "a abbr acronym b bdi bdo big button cite code data del dfn em font i ins kbd label mark math nobr q rp rt "  # noqa: SIM905
    "ruby s samp small span strike strong sub sup time tt u var wbr output meter progress".split()
)
_NOT_SHOWN = {
    "svg": "drawing", "canvas": "drawing", "iframe": "page inside the page", "frame": "page inside the page",
    "object": "object", "embed": "object", "video": "video", "audio": "recording",
}  # fmt: skip
_INLINE = frozenset({"inline", "contents"})
_LONG_CELL = 300
_SHORT_ROW = 160
_DEEPEST = 200


class Reader:
    """Walks through HTML and collects blocks."""

    def __init__(self, pictures: Pictures, look: Look, depth: int = 0) -> None:
        """Begin with nothing, at a place that looks like this."""
        self.blocks: list[Block] = []
        self._pictures = pictures
        self._look = look
        self._depth = depth
        self._pieces: list[Piece] = []
        self._lists: list[Numbering] = []
        self._marker: str | None = None
        self._quotes = 0
        self._length = 0

    def read(self, element: Any) -> None:
        """Read an element and what is in it.

        :raises DocumentError: when it is nested too deeply, or too long
        """
        if not isinstance(element.tag, str) or element.tag in _UNSEEN:
            return
        styles = styles_of(element)
        if not is_displayed(element, styles):
            return
        self._depth += 1
        if self._depth > _DEEPEST:
            raise DocumentError("is nested too deeply", remedy="Print it to a PDF")
        around, self._look = self._look, look_of(element, styles, self._look)
        special = getattr(self, f"_read_{element.tag}", None)
        display = styles.get("display", "")
        if special is not None:
            special(element, styles)
        elif element.tag in _NOT_SHOWN:
            self._name(element, styles, _NOT_SHOWN[element.tag])
        elif display in _INLINE or (element.tag in _PLAIN and (not display or display.startswith("inline"))):
            self._inside(element)
        else:
            self.flush()
            self._inside(element)
            self.flush()
        self._look = around
        self._depth -= 1

    def flush(self, heading: int = 0) -> None:
        """End the block that is being collected.

        :param heading: its level
        """
        keeps, runs = any(piece.keeps for piece in self._pieces), tidy(self._pieces)
        self._pieces = []
        if not runs:
            return
        self._length += sum(len(run.text) for run in runs)
        if self._length > MAX_CHARACTERS:
            raise DocumentError(f"has more than {MAX_CHARACTERS} characters", remedy="Supply only the relevant part")
        if heading:
            self.blocks.append(Block("heading", runs, heading))
        elif self._lists:
            self.blocks.append(Block("item", runs, len(self._lists) - 1, self._marker or ""))
            self._marker = None
        elif self._quotes:
            self.blocks.append(Block("quote", runs, self._quotes))
        else:
            self.blocks.append(Block("verbatim" if keeps else "paragraph", runs))

    def _inside(self, element: Any) -> None:
        self._say(added(element, "before"))
        self._say(element.text)
        for child in element:
            self.read(child)
            self._say(child.tail)
        self._say(added(element, "after"))

    def _say(self, text: str | None) -> None:
        if text and self._look.is_seen:
            self._pieces.append(Piece.of(text, self._look))

    def _name(self, element: Any, styles: dict[str, str], what: str) -> None:
        """Name something that is not shown."""
        if not is_tiny(element, styles) and element.get("aria-hidden") != "true":
            self._say(f"[{what} not shown]")

    def _read_heading(self, element: Any, _: dict[str, str]) -> None:
        self.flush()
        self._inside(element)
        self.flush(int(element.tag[1]))

    _read_h1 = _read_h2 = _read_h3 = _read_h4 = _read_h5 = _read_h6 = _read_heading

    def _read_br(self, *_: object) -> None:
        self._pieces.append(Piece(Run("\n")))

    def _read_hr(self, *_: object) -> None:
        self.flush()
        self.blocks.append(Block("rule"))

    def _read_q(self, element: Any, _: dict[str, str]) -> None:
        self._say("“")
        self._inside(element)
        self._say("”")

    def _read_img(self, element: Any, styles: dict[str, str]) -> None:
        if is_tiny(element, styles) or self._look.is_hidden:
            return
        picture = self._pictures.load(element, styles)
        if picture is not None:
            self._pieces.append(Piece(Run("", picture=picture)))
        elif (alternative := element.get("alt")) is None:
            self._say("[picture not shown]")
        elif alternative.strip():
            self._say(f"[picture: {alternative.strip()}]")

    def _read_control(self, element: Any, _: dict[str, str]) -> None:
        self._say(control_text(element))

    _read_input = _read_select = _read_control

    def _read_summary(self, element: Any, styles: dict[str, str]) -> None:
        self.flush()
        self._inside(element)
        parent = element.getparent()
        if parent.tag == "details" and "open" not in parent.attrib:
            self._say(" (closed until the reader opens it)")
        self.flush()

    def _read_dialog(self, element: Any, _: dict[str, str]) -> None:
        if "open" in element.attrib:
            self.flush()
            self._inside(element)
            self.flush()

    def _read_list(self, element: Any, styles: dict[str, str]) -> None:
        self.flush()
        items = sum(child.tag == "li" and is_displayed(child, styles_of(child)) for child in element)
        self._lists.append(Numbering(element, styles, items))
        self._inside(element)
        self.flush()
        self._lists.pop()

    _read_ul = _read_ol = _read_menu = _read_list

    def _read_li(self, element: Any, styles: dict[str, str]) -> None:
        self.flush()
        self._marker = self._lists[-1].marker(element, styles) if self._lists else ""
        self._inside(element)
        self.flush()
        self._marker = None

    def _read_blockquote(self, element: Any, _: dict[str, str]) -> None:
        self.flush()
        self._quotes += 1
        self._inside(element)
        self.flush()
        self._quotes -= 1

    def _read_table(self, element: Any, _: dict[str, str]) -> None:
        self.flush()
        for caption in element.iterchildren("caption"):
            self.read(caption)
        found, head = places(element)
        # E-mails are laid out with tables inside tables; one that names its columns or rows is still for the reader.
        lays_out = element.find(".//table") is not None and not any(place.is_head for place in found)
        lays_out = lays_out or element.get("role") == "presentation"
        cells = () if lays_out else tuple(self._cell(place) for place in found)
        if _is_data(cells, head):
            self.blocks.append(Block("table", cells=cells, head=head))
        else:
            for group in element:
                if group.tag != "caption":
                    self.read(group)
        self.flush()

    def _read_tr(self, element: Any, _: dict[str, str]) -> None:
        """A row of a table that only lays out a page: on one line where it is short."""
        self.flush()
        nested = element.find(".//table") is not None
        cells = [] if nested else [cell for cell in map(self._blocks, element) if cell]
        texts = ["\n".join(block.text for block in cell) for cell in cells]
        if len(texts) > 1 and sum(map(len, texts)) <= _SHORT_ROW and not any("\n" in text for text in texts):
            for at, cell in enumerate(cells):
                self._pieces += [Piece(Run(" | " if at else "")), *(Piece(run) for block in cell for run in block.runs)]
        else:
            self._inside(element)
        self.flush()

    def _cell(self, place: Place) -> Cell:
        """A cell with its blocks, which look as their row does."""
        blocks = self._blocks(place.element)
        return Cell(blocks, place.column, place.row, place.columns, place.rows, place.is_head)

    def _blocks(self, cell: Any) -> tuple[Block, ...]:
        look = self._look
        above = takewhile(lambda parent: parent.tag != "table", cell.iterancestors())
        for parent in reversed(list(above)):
            look = look_of(parent, styles_of(parent), look)
        reader = Reader(self._pictures, look, self._depth)
        reader.read(cell)
        reader.flush()
        return tuple(reader.blocks)


def _is_data(cells: tuple[Cell, ...], head: int) -> bool:
    """Whether it is a table for the reader, and not one that only lays out a page."""
    if not any(cell.blocks for cell in cells) or max(cell.column + cell.columns for cell in cells) == 1:
        return False
    if head or any(cell.is_head for cell in cells):
        return True
    return max(cell.row for cell in cells) > 0 and max(len(cell.text) for cell in cells) <= _LONG_CELL
