"""Form fields and notes whose text or tick has no stored appearance, set with our fonts.

A viewer's choice of font would depend on its machine. Only ever called inside the isolated process of
:mod:`.isolation`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from disputes.exhibits.ticks import has_look, is_box, of_field, state_of, tick_of
from disputes.exhibits.typesetting import TEXT, literal, typeset

_MULTILINE, _PASSWORD = 1 << 12, 1 << 13
_SIZE = re.compile(r"([0-9]+\.?[0-9]*)\s+Tf")
_USUAL_SIZE, _LARGEST_SIZE = 12.0, 72.0
_ALIGNED = {1: "center", 2: "right"}
_TURNED = {90: (0, 1, -1, 0, 0, 0), 180: (-1, 0, 0, -1, 0, 0), 270: (0, -1, 1, 0, 0, 0)}
_HEAD = f"""{TEXT}#set text(top-edge: "ascender", bottom-edge: "descender")
#set par(leading: 0pt)
#let fitted(most, where, it) = block(width: 100%, height: 100%, clip: true, layout(room => {{
  let size = most
  let height(size) = measure(block(width: room.width, text(size: size, it))).height
  while size > 4pt and height(size) > room.height {{ size -= 0.5pt }}
  align(where, text(size: size, it))
}}))
"""


@dataclass(frozen=True)
class _Text:
    """The contents of a field or a note.

    :param size: largest size of the letters, in points
    :param turned: how far the text is turned in its place, in degrees
    :param boxed: whether a line goes around it
    :param state: of a box to tick; empty for a text
    """

    text: str
    width: float
    height: float
    size: float
    where: str
    turned: int
    boxed: bool = False
    state: str = ""

    def set(self) -> str:
        """As a separate page."""
        width, height = (self.height, self.width) if self.turned in (90, 270) else (self.width, self.height)
        page = f"#set page(width: {width:.2f}pt, height: {height:.2f}pt, margin: (x: 2pt, y: 0pt), fill: none)"
        box = f"#place(dx: -2pt, rect(width: {width:.2f}pt, height: {height:.2f}pt, stroke: 1pt))" if self.boxed else ""
        return f"{page}\n{box}#fitted({self.size:.2f}pt, {self.where}, {literal(self.text)})\n"

    def look(self, form: pikepdf.Object) -> Dictionary:
        """As the appearance of an annotation."""
        if self.turned in _TURNED:
            form.Matrix = Array(_TURNED[self.turned])
        return Dictionary(N=Dictionary({self.state: form}) if self.state else form)


def set_looks(pdf: pikepdf.Pdf, notes: Sequence[Any]) -> None:
    """Give an appearance to every text and tick among the annotations that has none, or none that counts.

    :raises DocumentError: when it cannot be told which of several boxes is ticked
    """
    form = pdf.Root.get("/AcroForm", Dictionary())
    texts = [note for note in notes if _is_text(note)]
    if form.get("/NeedAppearances", False):
        for field in texts:
            if field.Subtype == Name.Widget and "/AP" in field:
                del field.AP
    found = [(note, _text(note, form)) for note in texts if "/N" not in note.get("/AP", {})]
    for box in filter(is_box, notes):
        if has_look(box):
            box.AS = Name(state_of(box))  # viewers choose differently where nothing says which look counts
        else:
            found.append((box, _tick(box)))
    found = [(note, text) for note, text in found if text.text.strip() or text.boxed]
    found = [(note, text) for note, text in found if min(text.width, text.height) > 1]
    if not found:
        return
    pages = pikepdf.open(BytesIO(typeset(_HEAD + "".join(text.set() for _, text in found)))).pages
    for (note, text), page in zip(found, pages, strict=True):
        note.AP = text.look(pdf.copy_foreign(page.as_form_xobject()))
        if text.state:
            note.AS = Name(text.state)


def _is_text(note: Any) -> bool:
    if note.Subtype == Name.Widget:
        return of_field(note, "/FT") in (Name.Tx, Name.Ch)
    return bool(note.Subtype == Name.FreeText)


def _text(note: Any, form: Any) -> _Text:
    left, bottom, right, top = (float(edge) for edge in note.Rect)
    aligned = _ALIGNED.get(int(of_field(note, "/Q", form.get("/Q", 0))), "left")
    flags = int(of_field(note, "/Ff", 0))
    size = _SIZE.search(str(of_field(note, "/DA", form.get("/DA", ""))))
    upper = note.Subtype == Name.FreeText or flags & _MULTILINE
    text = _string(note.get("/Contents", "")) if note.Subtype == Name.FreeText else _value(note)
    return _Text(
        "*" * len(text) if flags & _PASSWORD else text,
        width=abs(right - left),
        height=abs(top - bottom),
        size=min(float(size.group(1)) if size else 0, _LARGEST_SIZE) or _USUAL_SIZE,
        where=f"{aligned} + {'top' if upper else 'horizon'}",
        turned=int(note.get("/MK", {}).get("/R", 0)) % 360,
    )


def _tick(note: Any) -> _Text:
    left, bottom, right, top = (float(edge) for edge in note.Rect)
    width, height = abs(right - left), abs(top - bottom)
    state = state_of(note)
    return _Text(
        tick_of(note) if state != "/Off" else "",
        width=width,
        height=height,
        size=min(width, height),
        where="center + horizon",
        turned=int(note.get("/MK", {}).get("/R", 0)) % 360,
        boxed="/BC" in note.get("/MK", {}),
        state=state,
    )


def _value(field: Any) -> str:
    """What the reader sees of a field's value; of a choice, the words for it."""
    value = of_field(field, "/V", "")
    shown = {
        _string(option[0]): _string(option[1]) for option in of_field(field, "/Opt", ()) if isinstance(option, Array)
    }
    values = [_string(one) for one in (value if isinstance(value, Array) else [value])]
    return "\n".join(shown.get(one, one) for one in values)


def _string(value: Any) -> str:
    return str(pikepdf.String(value.read_bytes()) if isinstance(value, pikepdf.Stream) else value)
