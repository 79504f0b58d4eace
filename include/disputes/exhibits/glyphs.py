"""Which characters can be printed: those that one of our fonts has. What no font has is an empty box on the page."""

import unicodedata
from functools import cache
from importlib.resources import files

_SHOWS_NOTHING = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Categories of line ends, joiners and blanks."""
_VARIANTS = (("\ufe00", "\ufe0f"), ("\U000e0100", "\U000e01ef"))
"""Characters that only choose a form of the one before them."""


def missing_glyphs(text: str) -> str:
    """The characters of a text that no font of ours has, each once; empty when all of it can be printed."""
    return "".join(
        character for character in dict.fromkeys(unicodedata.normalize("NFC", text)) if not _printable(character)
    )


def _printable(character: str) -> bool:
    if character.isascii() or unicodedata.category(character) in _SHOWS_NOTHING:
        return True
    return any(first <= character <= last for first, last in _VARIANTS) or ord(character) in _covered()


@cache
def _covered() -> frozenset[int]:
    """The code points for which a font has a glyph."""
    from fontTools.ttLib import TTFont  # heavy: few packets hold other characters than ASCII

    fonts = (file for file in (files("disputes") / "fonts").iterdir() if file.name.endswith(".ttf"))
    return frozenset().union(*(TTFont(str(font), lazy=True).getBestCmap() for font in fonts))
