"""How list items are counted: only ever called inside the isolated process of :mod:`.isolation`."""

import re
from collections.abc import Mapping
from typing import Any

_NUMBER = re.compile(r"\s*([+-]?[0-9]{1,9})(?![0-9])")
_TYPES = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_BULLETS = {"disc": "•", "circle": "◦", "square": "▪", "none": ""}
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MOST_ROMAN = 3999
_GREEK = "αβγδεζηθικλμνξοπρστυφχψω"
_LATIN = "abcdefghijklmnopqrstuvwxyz"


class Numbering:
    """Counts the items of one list."""

    def __init__(self, element: Any, styles: Mapping[str, str], items: int) -> None:
        """Begin a list.

        :param items: how many it has
        """
        self._is_ordered = element.tag == "ol"
        self._step = -1 if self._is_ordered and "reversed" in element.attrib else 1
        self._next = _number(element.get("start"), items if self._step < 0 else 1)
        self._type = type_of(element, styles) or ("decimal" if self._is_ordered else "disc")

    def marker(self, item: Any, styles: Mapping[str, str]) -> str:
        """What is before the next item."""
        number = self._next
        if self._is_ordered:
            number = _number(item.get("value"), number)
            self._next = number + self._step
        return write_number(number, type_of(item, styles) or self._type)


def type_of(element: Any, styles: Mapping[str, str]) -> str:
    """How the items of a list are marked, as CSS calls it; empty where nothing says so."""
    words = f"{styles.get('list-style', '')} {styles.get('list-style-type', '')}"
    known = re.findall(
        r"[\"'][^\"']*[\"']|(?:lower|upper)-(?:alpha|latin|roman|greek)|decimal(?:-leading-zero)?|disc|circle|square|none",
        words,
    )
    named = element.get("type") or ""
    return known[-1] if known else _TYPES.get(named, named.lower() if named.lower() in _BULLETS else "")


def write_number(number: int, kind: str) -> str:
    """A marker: `c.` for 3 in `lower-alpha`. Source: https://www.w3.org/TR/css-counter-styles-3/"""
    if kind in _BULLETS:
        return _BULLETS[kind]
    if kind[0] in "\"'":
        return kind[1:-1].strip()
    case, _, letters = kind.partition("-")
    text = ""
    if letters == "roman" and 0 < number <= _MOST_ROMAN:
        text = _roman(number)
    elif letters in ("alpha", "latin", "greek") and number > 0:
        text = _letters(number, _GREEK if letters == "greek" else _LATIN)
    elif letters == "leading-zero":
        text = f"{number:02d}"
    text = text or str(number)
    return f"{text.upper() if case == 'upper' else text}."


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def _letters(number: int, alphabet: str) -> str:
    text = ""
    while number:
        number, at = divmod(number - 1, len(alphabet))
        text = alphabet[at] + text
    return text


def _number(text: str | None, otherwise: int) -> int:
    """What a list counts from, or an item counts as."""
    found = _NUMBER.match(text or "")
    return int(found.group(1)) if found else otherwise
