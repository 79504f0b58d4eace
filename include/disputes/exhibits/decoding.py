"""Decodes text without guessing: a wrong guess would show the bank nonsense."""

import codecs
import re
from collections.abc import Sequence

import webencodings  # type: ignore[import-untyped]

UNKNOWN = "has a text encoding that cannot be determined", "Save it as UTF-8, or as PDF"

_MARKS = (  # the longer ones first: UTF-32's begins like UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")
_SHIFT = re.compile(r"\x1b(?:\$|\(I)")
"""How ISO-2022 switches to other characters; all of its bytes are ASCII, so it would pass as UTF-8."""
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")
"""The characters that some codecs produce from meaningless bytes."""
_IN_ASCII = ("iso2022", "hz", "utf-7")
"""Prefixes of Python's names of the encodings that write everything in ASCII."""
_WIDER = {"gbk": ("gb18030",), "euc_jp": ("euc_jp", "euc_jis_2004"), "big5hkscs": ("big5hkscs", "cp950")}
"""Codecs that cover everything that browsers read under a label, where Python's codec of that name does not."""
_EAST_ASIAN = frozenset({"gbk", "gb18030", "big5hkscs", "euc_jp", "cp932", "cp949"})
_NO_LABEL = ("replacement", "x-user-defined", "utf-16")
"""Prefixes of browsers' names of encodings that are not for text, or are recognised without a label."""
_FEW = 4
"""Length up to which a text with two bytes per letter may be valid UTF-8 by chance."""


def decode(content: bytes, declared: str | None = None) -> str | None:
    """The text, or None when it is not text, or in an encoding that cannot be determined.

    Labels mean what browsers take them for: `iso-8859-1` is windows-1252. Source: https://encoding.spec.whatwg.org/

    :param declared: the encoding that the document itself names
    """
    for encoding in _candidates(content, declared):
        try:
            # Half of a UTF-16 pair is left out like every other invisible character.
            text = content.decode(encoding, "surrogatepass")
        except UnicodeError:
            continue
        is_broken = not encoding.startswith("utf") and _PRIVATE.search(text)
        return text if _is_text(text) and not is_broken else None
    return None


def _candidates(content: bytes, declared: str | None) -> Sequence[str]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return [encoding]
    even, odd = content[0:400:2].count(0), content[1:400:2].count(0)
    if max(even, odd) * 4 > len(content[:400]):  # half of the bytes or nearly so, on one side
        return ["utf-16-be" if even > odd else "utf-16-le"]
    codec = _codec(declared)
    if codec.startswith(_IN_ASCII):
        return [codec, "iso2022_jp_ext", "utf-8"]
    shifted = ["iso2022_jp_ext"] if _SHIFT.search(content.decode("latin-1")) else []
    named = _WIDER.get(codec, (codec,) if codec else ())
    if codec in _EAST_ASIAN and _may_be_chance(content):
        return [*shifted, *named, "utf-8"]
    return [*shifted, "utf-8", *named]


def _codec(declared: str | None) -> str:
    """Python's name for what a label means; empty where it says nothing about letters beyond ASCII."""
    try:
        codec = codecs.lookup(declared or "").name
    except (LookupError, ValueError):  # ValueError: a name with a null byte in it
        codec = ""
    if codec.startswith(_IN_ASCII):  # browsers gave these up, e-mails did not
        return codec
    known = webencodings.lookup(declared or "")
    if codec == "ascii" or known is None or known.name.startswith(_NO_LABEL):
        return ""
    return str(known.codec_info.name)


def _may_be_chance(content: bytes) -> bool:
    """Whether so few letters are not ASCII that they may look like UTF-8 by chance."""
    return sum(byte > 0x7F for byte in content) <= 2 * _FEW


def _is_text(text: str) -> bool:
    return len(_CONTROLS.findall(text)) * 50 <= len(text) and not _SHIFT.search(text)
