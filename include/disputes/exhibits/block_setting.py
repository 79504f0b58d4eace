"""Blocks as pages."""

import base64
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from disputes.errors import DocumentError
from disputes.exhibits.blocks import Block, Picture, Run, Style
from disputes.exhibits.sheets import BAND, MARGIN, POINTS, Sheet
from disputes.exhibits.table_setting import set_table
from disputes.exhibits.typesetting import TEXT, literal, typeset, visible

MAX_CHARACTERS = 150_000
"""Most characters of a text document: more would fill the whole packet."""

_HEADINGS = (17, 15, 14, 13)
_STYLES: dict[Style, str] = {
    "bold": 'text(weight: "bold", {})',
    "underline": "underline({})",
    "strike": "strike({})",
    "super": "super(typographic: false, {})",
    "sub": "sub(typographic: false, {})",
}
_RAISED: dict[Style, dict[int, int]] = {
    "super": str.maketrans("0123456789+-\u2212=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾"),
    "sub": str.maketrans("0123456789+-\u2212=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎"),
}
"""Real superscript characters, so that copying 10³ from the page does not give 103."""
_LONG = 40
"""Longest piece of a word that is never broken, in characters."""
_TALLEST = 0.9
"""Share of a page's height that a picture may fill."""


def typeset_blocks(blocks: Sequence[Block], sheet: Sheet) -> bytes:
    """Set blocks on sheets, text as text.

    :raises DocumentError: when they show nothing, or too much
    """
    theirs = [block for block in blocks if block.kind != "note"]
    if not any(visible(block.text).strip() or block.has_picture for block in theirs):
        raise DocumentError("contains no text", remedy="Supply the document again")
    characters = sum(len(block.text) for block in blocks)
    if characters > MAX_CHARACTERS:
        raise DocumentError(
            f"has {characters} characters, more than {MAX_CHARACTERS}", remedy="Supply only the relevant part"
        )
    width, height = POINTS[sheet.size]
    margins = f"(top: {MARGIN + BAND}pt, x: {MARGIN}pt, bottom: {MARGIN}pt)"
    head = f"#set page(width: {width}pt, height: {height}pt, margin: {margins})\n{TEXT}#set par(spacing: 0.9em)\n"
    setter = Setter(sheet.height * _TALLEST)
    body = "\n".join(setter.set_block(block, sheet.width) for block in blocks)
    return typeset(head + body, setter.pictures)


@dataclass
class Setter:
    """Writes blocks as Typst, and collects their pictures.

    :param tallest: height that a picture may have, in points
    :param pictures: by the name under which Typst finds them
    """

    tallest: float
    pictures: dict[str, str] = field(default_factory=dict)

    def set_block(self, block: Block, room: float, longest: int = _LONG) -> str:
        """A block as Typst.

        :param room: its width, in points
        :param longest: characters of a word after which it may break
        """
        if block.kind == "table":
            return set_table(block, room, self.set_block)
        if block.kind == "rule":
            return "#line(length: 100%, stroke: 0.5pt)"
        inset = 14 * min(block.level, 8) if block.kind in ("item", "quote") else 0
        marker = max(14.0, 6.0 * len(block.marker)) if block.kind == "item" else 0.0
        text = self._set_text(block.runs, room - inset - marker, longest)
        if block.kind == "heading":
            size = _HEADINGS[min(block.level, len(_HEADINGS)) - 1]
            return f'#block(above: 1.2em, below: 0.7em, sticky: true)[#set text(size: {size}pt, weight: "bold");{text}]'
        if block.kind == "item":
            cells = f"[#{literal(block.marker)};], [{text}]"
            columns = f"({marker}pt + 0.3em, 1fr)"
            return f"#block(inset: (left: {inset}pt), grid(columns: {columns}, column-gutter: 4pt, {cells}))"
        if block.kind == "quote":
            return f"#block(width: 100%, inset: (left: {inset}pt), stroke: (left: 1pt + luma(150)))[{text}]"
        if block.kind == "note":
            return f"#block(width: 100%, inset: 6pt, stroke: 0.5pt)[{text}]"
        return f"#block(width: 100%)[{text}]"

    def _set_text(self, runs: Sequence[Run], room: float, longest: int) -> str:
        """Runs in their own reading direction."""
        text = "".join(self._set_run(run, room, longest) for run in runs)
        characters = "".join(run.text for run in runs)
        first = next((kind for kind in map(unicodedata.bidirectional, characters) if kind in ("L", "R", "AL")), "L")
        return text if first == "L" else f"#[#set text(dir: rtl);#set align(right);{text}]"

    def _set_run(self, run: Run, room: float, longest: int) -> str:
        if run.picture:
            return self._set_picture(run.picture, room)
        text, styles = run.text, run.styles
        for style, characters in _RAISED.items():
            if style in styles and all(ord(one) in characters for one in text):
                text, styles = text.translate(characters), tuple(one for one in styles if one != style)
        content = literal(text, longest)
        for style in styles:
            content = _STYLES[style].format(content)
        return f"#{content};"

    def _set_picture(self, picture: Picture, room: float) -> str:
        """A picture as wide as the document asks, or as there is room for.

        Typst reads only text files here: the picture goes inside its own SVG, and unchanged into the PDF.
        """
        scale = min(1.0, room / picture.width, self.tallest / picture.height)
        name = f"{len(self.pictures)}.svg"
        kind = "png" if picture.content.startswith(b"\x89PNG") else "jpeg"
        size = f'width="{picture.width:.2f}" height="{picture.height:.2f}"'
        data = base64.b64encode(picture.content).decode("ascii")
        self.pictures[name] = (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
            f'<image {size} preserveAspectRatio="none" href="data:image/{kind};base64,{data}"/></svg>'
        )
        return f'#box(image("{name}", width: {picture.width * scale:.2f}pt));'
