"""Text from bytes, without guessing: a wrong guess would put nonsense before the bank."""

import codecs
import re

_MARKS = (  # the longer ones first: UTF-32's begins like UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")
_SHIFT = re.compile(r"\x1b(?:\$|\(I)")
"""How ISO-2022 turns to other letters; all of its bytes are ASCII, so it would pass as UTF-8."""
_IN_ASCII = ("iso2022", "hz", "utf-7")
"""Beginnings of the encodings that write everything in ASCII, as Python calls them."""
_WESTERN = 0.25
"""Share of accented letters up to which a text in single bytes is taken for Western European."""


def decoded(content: bytes, declared: str | None = None) -> str | None:
    """The text, or None when it is no text, or in an encoding that cannot be told for sure.

    :param declared: the encoding that the document itself names
    """
    for encoding in _candidates(content, declared):
        try:
            # Half of an UTF-16 pair is left out like every other invisible character.
            text = content.decode(encoding, "surrogatepass")
        except (UnicodeError, LookupError, ValueError):  # ValueError: a name with a null byte in it
            continue
        return text if _is_text(text) else None
    text = content.decode("cp1252", errors="replace")
    return text if _is_text(text) and "\ufffd" not in text and _is_western(text) else None


def _candidates(content: bytes, declared: str | None) -> list[str]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return [encoding]
    even, odd = content[0:400:2].count(0), content[1:400:2].count(0)
    if max(even, odd) * 4 > len(content[:400]):  # half of the bytes or nearly so, on one side
        return ["utf-16-be" if even > odd else "utf-16-le"]
    named = [declared] if declared else []
    if _is_in_ascii(declared):
        return [*named, "iso2022_jp_ext", "utf-8"]
    shifted = ["iso2022_jp_ext"] if _SHIFT.search(content.decode("latin-1")) else []
    return [*shifted, "utf-8", *named]


def _is_in_ascii(declared: str | None) -> bool:
    try:
        return codecs.lookup(declared or "").name.startswith(_IN_ASCII)
    except (LookupError, ValueError):  # ValueError: a name with a null byte in it
        return False


def _is_text(text: str) -> bool:
    return len(_CONTROLS.findall(text)) * 50 <= len(text) and not _SHIFT.search(text)


def _is_western(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return sum(not character.isascii() for character in letters) <= _WESTERN * len(letters)
