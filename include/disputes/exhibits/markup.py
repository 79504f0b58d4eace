"""HTML and Markdown as blocks: only ever called inside the isolated process of :mod:`.isolation`."""

import re
from dataclasses import replace

from lxml import html  # type: ignore[import-untyped]
from markdown_it import MarkdownIt
from mdit_py_plugins.superscript import superscript_plugin

from disputes.exhibits.blocks import Block
from disputes.exhibits.looks import Look
from disputes.exhibits.pictures import Pictures
from disputes.exhibits.reading import Reader
from disputes.exhibits.style_sheets import inline_styles
from disputes.exhibits.texts import text_of

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_SNIFFED = 4096


def read_html(
    content: bytes, declared: str | None = None, pictures: Pictures | None = None, styles: str = ""
) -> list[Block]:
    """The blocks of an HTML document.

    :param declared: its encoding, where something outside it says so
    :param pictures: those that came with it
    :param styles: style sheets that came with it
    :raises DocumentError: when its encoding cannot be determined, or it is nested too deeply
    """
    named = _CHARSET.search(content[:_SNIFFED])
    text = text_of(content, declared or (named.group(1).decode("ascii") if named else None))
    return _read(text, pictures or Pictures(), styles)


def read_markdown(content: bytes) -> list[Block]:
    """The blocks of a Markdown document."""
    # Beyond its own limit the parser would silently drop text; too deep nesting is refused instead.
    parser = MarkdownIt("commonmark", {"maxNesting": 10_000}).enable(["table", "strikethrough"]).use(superscript_plugin)
    return _read(parser.render(text_of(content)), Pictures(), "")


def _read(text: str, pictures: Pictures, styles: str) -> list[Block]:
    if not text.strip():
        return []
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    root = html.document_fromstring(inline_styles(text, styles).encode(), parser=parser, ensure_head_body=True)
    look = Look()
    if root.find(".//link[@rel='stylesheet']") is not None and not styles:
        look = replace(look, background=None)  # it lies elsewhere and may say anything
    reader = Reader(pictures, look)
    reader.read(root.body)
    reader.flush()
    return reader.blocks
