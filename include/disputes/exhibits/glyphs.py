"""Which characters can be printed: those in one of our fonts. Any other is an empty box on the page."""

import unicodedata
from functools import cache
from importlib.resources import files

_SHOWS_NOTHING = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Unicode categories of line ends, joiners and spaces."""
_VARIANTS = (("\ufe00", "\ufe0f"), ("\U000e0100", "\U000e01ef"))
"""Characters that only select a form of the preceding character."""


def missing_glyphs(text: str) -> str:
    """The characters of a text that none of our fonts has, each once; empty if all of them can be printed."""
    return "".join(
        character for character in dict.fromkeys(unicodedata.normalize("NFC", text)) if not _printable(character)
    )


def _printable(character: str) -> bool:
    if character.isascii() or unicodedata.category(character) in _SHOWS_NOTHING:
        return True
    if any(first <= character <= last for first, last in _VARIANTS):
        return True
    return any(ord(character) in _covered(font) for font in _fonts())


@cache
def _fonts() -> tuple[str, ...]:
    """The font of most texts comes first, so that the others are seldom read."""
    folder = files("disputes") / "fonts"
    return tuple(sorted((str(file) for file in folder.iterdir() if file.name.endswith(".ttf")), key=_is_special))


def _is_special(font: str) -> tuple[bool, str]:
    return not font.endswith("NotoSans-Regular.ttf"), font


@cache
def _covered(font: str) -> frozenset[int]:
    """The code points for which a font has a glyph."""
    from fontTools.ttLib import TTFont  # heavy: few packets hold other characters than ASCII

    return frozenset(TTFont(font, lazy=True).getBestCmap())
