"""Which signs can be printed: those that one of our fonts has. What no font has is an empty box on the page."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from struct import unpack_from

_SHOWS_NOTHING = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Categories of line ends, joiners and blanks."""
_VARIANTS = (("\ufe00", "\ufe0f"), ("\U000e0100", "\U000e01ef"))
"""Signs that only choose a form of the one before them."""


def without_glyph(text: str) -> str:
    """The signs of a text that no font of ours has, each once; empty when all of it can be printed."""
    return "".join(sign for sign in dict.fromkeys(unicodedata.normalize("NFC", text)) if not _printable(sign))


def _printable(sign: str) -> bool:
    if sign.isascii() or unicodedata.category(sign) in _SHOWS_NOTHING:
        return True
    if any(first <= sign <= last for first, last in _VARIANTS):
        return True
    return any(first <= ord(sign) <= last for first, last in _covered())


@cache
def _covered() -> tuple[tuple[int, int], ...]:
    """First and last code point of every stretch for which a font has glyphs."""
    fonts = [file.read_bytes() for file in (files("disputes") / "fonts").iterdir() if file.name.endswith(".ttf")]
    return tuple({stretch for font in fonts for stretch in _stretches(font)})


def _stretches(font: bytes) -> Iterator[tuple[int, int]]:
    """Those of a TrueType font's table `cmap`, whose subtables of formats 4 and 12 are for Unicode."""
    records = range(12, 12 + 16 * unpack_from(">H", font, 4)[0], 16)
    cmap = next(unpack_from(">L", font, at + 8)[0] for at in records if font[at : at + 4] == b"cmap")
    for number in range(unpack_from(">H", font, cmap + 2)[0]):
        subtable = cmap + unpack_from(">L", font, cmap + 8 + 8 * number)[0]
        if unpack_from(">H", font, subtable)[0] == 4:
            size = unpack_from(">H", font, subtable + 6)[0]  # two bytes a stretch; the last one is the end of the table
            lasts = unpack_from(f">{size // 2 - 1}H", font, subtable + 14)
            firsts = unpack_from(f">{size // 2 - 1}H", font, subtable + 16 + size)
            yield from zip(firsts, lasts, strict=True)
        else:
            count = unpack_from(">L", font, subtable + 12)[0]
            yield from (unpack_from(">LL", font, subtable + 16 + 12 * at) for at in range(count))
