"""Which signs can be printed: those that one of our fonts has. What no font has is an empty box on the page."""

import unicodedata
from functools import cache
from importlib.resources import files

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
    return any(first <= sign <= last for first, last in _VARIANTS) or ord(sign) in _covered()


@cache
def _covered() -> frozenset[int]:
    """The code points for which a font has a glyph."""
    from fontTools.ttLib import TTFont  # heavy: few packets hold other signs than ASCII

    fonts = (file for file in (files("disputes") / "fonts").iterdir() if file.name.endswith(".ttf"))
    return frozenset().union(*(TTFont(str(font), lazy=True).getBestCmap() for font in fonts))
