"""HTML and Markdown as blocks: only ever called inside the isolated process of :mod:`.isolation`.

What a reader sees stays: headings, paragraphs, lists, tables, quotations. Scripts, styles, forms and everything that
would be fetched from elsewhere is left aside.
"""

import re
from collections.abc import Iterator

from lxml import html  # type: ignore[import-untyped]
from markdown_it import MarkdownIt

from disputes.errors import DocumentError
from disputes.exhibits.blocks import MAX_CHARACTERS, Block
from disputes.exhibits.texts import text_of
from disputes.exhibits.typesetting import visible

_UNSEEN = frozenset(
    "script style head title noscript template iframe object embed svg math canvas audio video map select "  # noqa: SIM905
    "datalist input base link meta".split()
)
_PLAIN = frozenset(
    "a abbr b bdi bdo big center cite code del dfn em font i ins kbd label mark q s samp small span strike strong "  # noqa: SIM905
    "sub sup time tt u var wbr button data nobr acronym".split()
)
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_NUMBER = re.compile(r"\s*([+-]?[0-9]{1,9})(?![0-9])")
_LONG_CELL = 300
_SHORT_ROW = 160
_DEEPEST = 200


def of_html(content: bytes, declared: str | None = None) -> list[Block]:
    """The blocks of an HTML document.

    :param declared: its encoding, where something outside it says so
    :raises DocumentError: when its encoding cannot be told, or it is nested without end
    """
    named = _CHARSET.search(content[:4096])
    return of_html_text(text_of(content, declared or (named.group(1).decode("ascii") if named else None)))


def of_html_text(text: str) -> list[Block]:
    """The blocks of HTML that is decoded already."""
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    if not text.strip():
        return []
    root = html.document_fromstring(text.encode(), parser=parser, ensure_head_body=True)
    reader = _Reader()
    reader.read(root.body)
    reader.flush()
    return reader.blocks


def of_markdown(content: bytes) -> list[Block]:
    """The blocks of a Markdown document."""
    # Beyond its own limit the parser would leave text out in silence; nesting without end is refused instead.
    parser = MarkdownIt("commonmark", {"maxNesting": 10_000})
    return of_html_text(parser.enable(["table", "strikethrough"]).render(text_of(content)))


class _Reader:
    """Walks through HTML and collects blocks."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._words: list[str] = []
        self._lists: list[int | None] = []
        self._marker: str | None = None
        self._quotes = 0
        self._depth = 0
        self._length = 0

    def read(self, element: html.HtmlElement) -> None:
        """Read an element and what is in it."""
        if not isinstance(element.tag, str) or element.tag in _UNSEEN or _is_hidden(element):
            return
        self._depth += 1
        if self._depth > _DEEPEST:
            raise DocumentError("is nested without end", remedy="Print it to a PDF")
        special = getattr(self, f"_read_{element.tag}", None)
        if special is not None:
            special(element)
        elif element.tag in _PLAIN:
            self._inside(element)
        else:
            self.flush()
            self._inside(element)
            self.flush()
        self._depth -= 1

    def flush(self, kind: str | None = None, level: int = 0) -> None:
        """End the block that is being collected."""
        text = re.sub(r" *\n *", "\n", "".join(self._words)).strip(" \n")
        text = re.sub(r" {2,}", " ", re.sub(r"\n{3,}", "\n\n", text))
        self._words = []
        if not visible(text).strip():
            return
        self._length += len(text)
        if self._length > MAX_CHARACTERS:
            raise DocumentError(f"has more than {MAX_CHARACTERS} characters", remedy="Supply only what matters")
        if kind == "heading":
            self.blocks.append(Block("heading", text, level))
        elif self._lists:
            self.blocks.append(Block("item", text, len(self._lists) - 1, self._marker or ""))
            self._marker = None
        elif self._quotes:
            self.blocks.append(Block("quote", text, self._quotes))
        else:
            self.blocks.append(Block("paragraph", text))

    def _inside(self, element: html.HtmlElement) -> None:
        self._say(element.text)
        for child in element:
            self.read(child)
            self._say(child.tail)

    def _say(self, text: str | None) -> None:
        if text:
            self._words.append(_SPACE.sub(" ", text))

    def _heading(self, element: html.HtmlElement) -> None:
        self.flush()
        self._inside(element)
        self.flush("heading", int(element.tag[1]))

    _read_h1 = _read_h2 = _read_h3 = _read_h4 = _read_h5 = _read_h6 = _heading

    def _read_br(self, _: html.HtmlElement) -> None:
        self._words.append("\n")

    def _read_hr(self, _: html.HtmlElement) -> None:
        self.flush()
        self.blocks.append(Block("rule"))

    def _read_img(self, element: html.HtmlElement) -> None:
        if (element.get("alt") or "").strip():
            self._say(f"[picture: {element.get('alt').strip()}]")

    def _read_pre(self, element: html.HtmlElement) -> None:
        self.flush()
        self.blocks.append(Block("verbatim", element.text_content().strip("\n").expandtabs(4)))

    def _list(self, element: html.HtmlElement) -> None:
        self.flush()
        self._lists.append(_number(element.get("start"), 1) if element.tag == "ol" else None)
        self._inside(element)
        self.flush()
        self._lists.pop()

    _read_ul = _read_ol = _list

    def _read_li(self, element: html.HtmlElement) -> None:
        self.flush()
        self._marker = "•"
        if self._lists and (following := self._lists[-1]) is not None:
            number = _number(element.get("value"), following)
            self._marker, self._lists[-1] = f"{number}.", number + 1
        self._inside(element)
        self.flush()
        self._marker = None

    def _read_blockquote(self, element: html.HtmlElement) -> None:
        self.flush()
        self._quotes += 1
        self._inside(element)
        self.flush()
        self._quotes -= 1

    def _read_table(self, element: html.HtmlElement) -> None:
        self.flush()
        rows: tuple[tuple[str, ...], ...] = ()
        if element.get("role") != "presentation" and element.find(".//table") is None:
            rows = tuple(tuple(_text(cell) for cell in _cells(row)) for row in _rows(element))
            rows = tuple(row for row in rows if any(row))
        if _is_data(rows):
            self.blocks.append(Block("table", rows=rows))
        else:
            self._inside(element)
            self.flush()

    def _read_tr(self, element: html.HtmlElement) -> None:
        """A row of a table that only lays out a page: on one line where it is short."""
        self.flush()
        texts = (
            [] if element.find(".//table") is not None else [text for cell in _cells(element) if (text := _text(cell))]
        )
        if len(texts) > 1 and sum(map(len, texts)) <= _SHORT_ROW and not any("\n" in text for text in texts):
            self._words.append(" | ".join(texts))
        else:
            self._inside(element)
        self.flush()


def _number(text: str | None, otherwise: int) -> int:
    """What a list counts from, or an item counts as."""
    found = _NUMBER.match(text or "")
    return int(found.group(1)) if found else otherwise


def _is_hidden(element: html.HtmlElement) -> bool:
    return "hidden" in element.attrib or _HIDDEN.search(element.get("style") or "") is not None


def _rows(table: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Its own rows, not those of a table inside it."""
    return (row for row in table.iter("tr") if next(row.iterancestors("table")) is table and not _is_hidden(row))


def _cells(row: html.HtmlElement) -> list[html.HtmlElement]:
    return [cell for cell in row if cell.tag in ("td", "th") and not _is_hidden(cell)]


def _text(cell: html.HtmlElement) -> str:
    reader = _Reader()
    reader.read(cell)
    reader.flush()
    return "\n".join(block.text for block in reader.blocks)


def _is_data(rows: tuple[tuple[str, ...], ...]) -> bool:
    """Whether it is a table for the reader, and not one that only lays out a page."""
    return len(rows) > 1 and max(map(len, rows)) > 1 and max(len(cell) for row in rows for cell in row) <= _LONG_CELL
