"""The text of a PDF's pages, each line from left to right.

In a line that holds a word of a script that runs from right to left, pdfium may turn the order of all words around.
There the position of each character on the page decides the order.
"""

import unicodedata
from itertools import groupby

import pypdfium2

RIGHT_TO_LEFT = ("R", "AL", "AN")
"""Bidirectional classes."""


def page_texts(content: bytes) -> list[str] | None:
    """The text of each page; None for what cannot be opened."""
    try:
        document = pypdfium2.PdfDocument(content)
        return [_text(page.get_textpage()) for page in document]
    except pypdfium2.PdfiumError:
        return None


def _text(page: pypdfium2.PdfTextPage) -> str:
    text: str = page.get_text_range()
    if not any(map(_from_the_right, text)):
        return text
    characters = [(place, page.get_text_range(place, 1)) for place in range(page.count_chars())]
    lines = (
        list(line) for ends, line in groupby(characters, lambda character: character[1] in ("\r", "\n")) if not ends
    )
    return "\n".join("".join(_in_place(line, page)) for line in lines)


def _in_place(line: list[tuple[int, str]], page: pypdfium2.PdfTextPage) -> list[str]:
    if any(_from_the_right(character) for _, character in line):
        line = sorted(line, key=lambda character: page.get_charbox(character[0], loose=True)[0])
    return [character for _, character in line]


def _from_the_right(characters: str) -> bool:
    return any(unicodedata.bidirectional(character) in RIGHT_TO_LEFT for character in characters)
