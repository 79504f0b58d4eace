"""How an element looks to its reader, from its styles.

Only ever called inside the isolated process of :mod:`.isolation`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from PIL import ImageColor

from disputes.exhibits.blocks import Style

Color = tuple[int, int, int]

_DECLARATION = re.compile(r"([\w-]+)\s*:\s*((?:\"[^\"]*\"|'[^']*'|\([^)]*\)|[^;\"'()])+)")
_NOTHING = re.compile(r"[+-]?(?:0*\.)?0+(?:\.0*)?(?:px|pt|em|rem|%|ex|vw|vh|cm|mm|in)?")
_FAINT = re.compile(r"[+-]?(?:0*\.0[0-5]?\d*|0+(?:\.0*)?|[0-5](?:\.\d*)?%)")
"""An opacity at which text is illegible."""
_SHRUNK = re.compile(r"\bopacity\(\s*0*\.?0*%?\s*\)|\bscale[xy]?\(\s*0*\.?0*\s*[,)]")
_FAR = re.compile(r"-\s*(?:\d{3,}(?:\.\d+)?(?:px|pt)?|\d{2,}(?:\.\d+)?(?:em|rem|in|cm)|100(?:vw|vh|%))")
_CUT_AWAY = re.compile(r"rect\(\s*(?:[01](?:px)?[\s,]+){3}[01](?:px)?\s*\)|inset\(\s*(?:50|100)%.*\)|circle\(\s*0.*\)")
_NO_ALPHA = re.compile(r"(?:rgb|hsl)a?\(.*[,/]\s*0*\.?0*%?\s*\)|#[0-9a-f]{3}0|#[0-9a-f]{6}00")
_UP = re.compile(r"super|text-top|top|\+?0*(?:[1-9]|0?\.0*[1-9]).*")
_DOWN = re.compile(r"sub|text-bottom|bottom|-.*[1-9].*")
_BOLD = re.compile(r"bold(?:er)?|[6-9]00")
_CLOSE = 8
"""Greatest difference of two colours in each channel, of 255, at which they still look the same."""
_BY_TAG: dict[str, Style] = {
    "b": "bold", "strong": "bold", "u": "underline", "ins": "underline",
    "s": "strike", "strike": "strike", "del": "strike", "sup": "super", "sub": "sub",
}  # fmt: skip
_ORDER: tuple[Style, ...] = ("bold", "underline", "strike", "super", "sub")


@dataclass(frozen=True)
class Look:
    """How text looks at a place.

    :param color: of the letters; None where it is not known
    :param background: behind them; None where it is not one plain colour, or not known
    :param spaces: which spaces and line ends count
    :param letters: `uppercase`, `lowercase` or `capitalize`, if a style sheet changes them to that
    """

    styles: frozenset[Style] = frozenset()
    color: Color | None = (0, 0, 0)
    background: Color | None = (255, 255, 255)
    is_hidden: bool = False
    is_clear: bool = False
    is_sizeless: bool = False
    spaces: Literal["none", "lines", "all"] = "none"
    letters: str = ""

    @property
    def is_seen(self) -> bool:
        """Whether a reader sees the letters."""
        return not (self.is_hidden or self.is_clear or self.is_sizeless or _is_same(self.color, self.background))

    @property
    def ordered(self) -> tuple[Style, ...]:
        """The styles, always in the same order."""
        return tuple(style for style in _ORDER if style in self.styles)


def styles_of(element: Any) -> dict[str, str]:
    """The declarations of an element's style, in lower case; the important ones count before later ones."""
    found: dict[str, str] = {}
    important: dict[str, str] = {}
    for name, value in _DECLARATION.findall(element.get("style") or ""):
        plain, mark, _ = value.strip().partition("!")
        (important if mark else found)[name.lower()] = plain.strip().lower()
    return found | important


def is_displayed(element: Any, styles: Mapping[str, str]) -> bool:
    """Whether anything of an element is on the page."""
    if styles.get("display", "none" if "hidden" in element.attrib else "") == "none":
        return False
    if _FAINT.fullmatch(styles.get("opacity", "1")) or _SHRUNK.search(
        f"{styles.get('filter', '')} {styles.get('transform', '')}"
    ):
        return False
    if _CUT_AWAY.fullmatch(styles.get("clip", styles.get("clip-path", ""))):
        return False
    if _FAR.match(styles.get("text-indent", "")):
        return False
    if styles.get("position") in ("absolute", "fixed") and any(
        _FAR.match(styles.get(at, "")) for at in ("left", "top")
    ):
        return False
    sides = (styles.get(side, "auto") for side in ("height", "max-height", "width", "max-width"))
    return not (styles.get("overflow", "").startswith(("hidden", "clip")) and any(map(_NOTHING.fullmatch, sides)))


def look_of(element: Any, styles: Mapping[str, str], around: Look) -> Look:
    """How the text of an element looks inside another one."""
    return replace(
        around,
        styles=_styles(element, styles, around.styles),
        color=_color(styles.get("color") or element.get("color") or element.get("text"), around.color),
        background=_background(element, styles, around.background),
        is_hidden={"hidden": True, "collapse": True, "visible": False}.get(
            styles.get("visibility", ""), around.is_hidden
        ),
        is_clear=_is_clear(styles.get("color", ""), around.is_clear),
        is_sizeless=_is_sizeless(styles.get("font-size", ""), around.is_sizeless),
        spaces=_spaces(element, styles, around.spaces),
        letters=styles.get("text-transform", around.letters),
    )


def _styles(element: Any, styles: Mapping[str, str], around: frozenset[Style]) -> frozenset[Style]:
    own = {_BY_TAG[element.tag]} if element.tag in _BY_TAG else set()
    line = f"{styles.get('text-decoration', '')} {styles.get('text-decoration-line', '')}"
    if "none" in line.split():
        own -= {"underline", "strike"}
    if "line-through" in line:
        own.add("strike")
    if "underline" in line:
        own.add("underline")
    weight = styles.get("font-weight", "")
    if weight:
        around, own = around - {"bold"}, own - {"bold"} | ({"bold"} if _BOLD.fullmatch(weight) else set())
    return around | own | _raised(element, styles)


def _raised(element: Any, styles: Mapping[str, str]) -> set[Style]:
    if element.tag in (
        "td",
        "th",
        "tr",
        "tbody",
        "thead",
        "tfoot",
        "img",
        "table",
        "div",
    ):  # where it means another thing
        return set()
    place = styles.get("vertical-align", "")
    if styles.get("position") == "relative":
        place = {True: "super"}.get(styles.get("top", "").startswith("-"), place)
    if _UP.fullmatch(place):
        return {"super"}
    return {"sub"} if _DOWN.fullmatch(place) else set()


def _color(value: str | None, around: Color | None) -> Color | None:
    """A colour as a browser reads it; the surrounding one if it names none, None if it cannot be read."""
    if not value or value in ("inherit", "currentcolor", "unset"):
        return around
    try:
        found = ImageColor.getrgb(value)
    except ValueError:
        return None
    return found[:3] if len(found) == 3 or found[3] else around


def _is_clear(color: str, around: bool) -> bool:
    """Whether letters have no colour at all."""
    if not color or color in ("inherit", "currentcolor", "unset"):
        return around
    return color == "transparent" or _NO_ALPHA.fullmatch(color) is not None


def _background(element: Any, styles: Mapping[str, str], around: Color | None) -> Color | None:
    if styles.get("position") in ("absolute", "fixed") or element.get("background"):
        return None  # over something else, or over a picture
    value = " ".join(styles.get(name, "") for name in ("background", "background-image", "background-color"))
    if "url(" in value or "gradient(" in value:
        return None
    found = around
    for word in re.findall(r"[\w#-]+(?:\([^)]*\))?", value or "") or [element.get("bgcolor") or ""]:
        found = _color(word, around) or found
    return found


def _is_same(one: Color | None, other: Color | None) -> bool:
    return one is not None and other is not None and all(abs(a - b) <= _CLOSE for a, b in zip(one, other, strict=True))


def _is_sizeless(size: str, around: bool) -> bool:
    if not size or (around and size.endswith(("em", "%")) and not size.endswith("rem")):
        return around
    return _NOTHING.fullmatch(size) is not None


def _spaces(element: Any, styles: Mapping[str, str], around: Literal["none", "lines", "all"]) -> Any:
    value = styles.get("white-space", "pre" if element.tag in ("pre", "textarea", "listing") else "")
    return {"": around, "pre": "all", "pre-wrap": "all", "break-spaces": "all", "pre-line": "lines"}.get(value, "none")
