"""Boxes to tick: which are ticked, and with what. Only ever called inside the isolated process of :mod:`.isolation`."""

from typing import Any

from pikepdf import Dictionary, Name

from disputes.errors import DocumentError

_RADIO, _PUSH = 1 << 15, 1 << 16
_DEEPEST = 32
_TICKS = {"4": "✔", "8": "✘", "l": "●", "u": "◆", "n": "■", "H": "★"}
"""Letters -> their symbols in the font ZapfDingbats. Source: PDF 32000-1, table 189 (CA), annex D.6."""


def is_box(note: Any) -> bool:
    """Whether an annotation is a box to tick, one of several or by itself."""
    is_button = note.Subtype == Name.Widget and of_field(note, "/FT") == Name.Btn
    return is_button and not int(of_field(note, "/Ff", 0)) & _PUSH


def has_look(note: Any) -> bool:
    """Whether what a viewer shows of a box is stored in the document."""
    looks = note.get("/AP", {}).get("/N")
    if isinstance(looks, Dictionary):
        return state_of(note) in looks or state_of(note) == "/Off"
    return looks is not None


def state_of(note: Any) -> str:
    """`/Off`, or the name of what a ticked box stands for.

    :raises DocumentError: when the document says that one of several is ticked, but not which
    """
    value = str(of_field(note, "/V", "/Off")) or "/Off"
    if "/AS" in note:
        return str(note.AS)
    looks = note.get("/AP", {}).get("/N", {})
    if int(of_field(note, "/Ff", 0)) & _RADIO:
        if value == "/Off" or (isinstance(looks, Dictionary) and len(looks)):
            return value if value in looks else "/Off"
        raise DocumentError(
            "has a ticked box that not every viewer shows", remedy="Open it in a viewer and print it to a new PDF"
        )
    return value if value.startswith("/") else f"/{value}"


def tick_of(note: Any) -> str:
    """The character with which a box is ticked."""
    usual = "●" if int(of_field(note, "/Ff", 0)) & _RADIO else "✔"
    return _TICKS.get(str(note.get("/MK", {}).get("/CA", "")), usual)


def of_field(field: Any, key: str, otherwise: Any = None) -> Any:
    """A field's own value, or that of one above it."""
    for _ in range(_DEEPEST):
        if key in field:
            return field[key]
        field = field.get("/Parent", {})
    return otherwise
