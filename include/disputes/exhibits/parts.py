"""The parts of PDF pages that go on sheets. Only ever called inside the isolated process of :mod:`.isolation`.

Text and pictures outside a part are taken out of it: they would not be seen, but found and copied.
"""

import math
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO

import pikepdf
import pypdfium2
from pikepdf import Matrix, Operator, Rectangle
from pypdfium2.raw import FPDF_PAGEOBJ_FORM, FPDF_PAGEOBJ_IMAGE, FPDF_PAGEOBJ_TEXT

from disputes.exhibits.sheets import Sheet, parts

_OVERLAP = 40
"""Overlap of the parts of a tall page, in points on the sheet."""
_DRAWS = frozenset({"Do", "INLINE IMAGE"})
_SHOWS = frozenset({"Tj", "TJ", "'", '"'})
_MOVES = frozenset({"BT", "Td", "TD", "Tm", "T*", "'", '"'}) | _DRAWS
"""Operators after which nothing begins where the text before ended."""
_OBJECTS = (FPDF_PAGEOBJ_TEXT, FPDF_PAGEOBJ_FORM, FPDF_PAGEOBJ_IMAGE)
"""The kinds of pdfium object that these operators make."""
_CLIPS = 4
"""Text whose mode is this or more cuts out what is drawn after it."""

Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage


class Parts:
    """The pages of a PDF, as form XObjects of what a viewer shows of them."""

    def __init__(self, source: pikepdf.Pdf, sheet: Sheet) -> None:
        self._source = source
        self._sheet = sheet

    def __iter__(self) -> Iterator[tuple[pikepdf.Object, bool]]:
        """Each part, and whether it is one of several of a page."""
        for number, page in enumerate(self._source.pages):
            boxes = _boxes(page, self._sheet)
            for box in boxes:
                page.trimbox = box.as_array()  # what a form XObject is made of
                form = page.as_form_xobject()
                if box.as_array() != Rectangle(page.mediabox).as_array():
                    form.write(self._within(number, box))
                yield form, len(boxes) > 1

    def _within(self, number: int, box: Rectangle) -> bytes:
        """The content of a page without what lies outside a box; all of it if that cannot be determined."""
        steps = list(pikepdf.parse_content_stream(self._source.pages[number]))
        lines = _lines(steps)
        shown = [at for line in lines for at in line]
        bounds = [one.get_bounds() for one in self._document[number].get_objects(filter=_OBJECTS, max_depth=1)]
        if len(shown) != len(bounds) or any(map(_clips, steps)):
            return pikepdf.unparse_content_stream(steps)
        outside = {at for at, place in zip(shown, bounds, strict=True) if _is_outside(place, box)}
        gone = {at for line in lines if outside.issuperset(line) for at in line}
        return pikepdf.unparse_content_stream(
            [kept for at, step in enumerate(steps) for kept in (_rest(step) if at in gone else [step])]
        )

    @cached_property
    def _document(self) -> pypdfium2.PdfDocument:
        content = BytesIO()
        self._source.save(content)
        return pypdfium2.PdfDocument(content)


def _boxes(page: pikepdf.Page, sheet: Sheet) -> list[Rectangle]:
    """What a viewer shows of a page, from the top; several boxes where it is tall."""
    media, crop = Rectangle(page.mediabox), Rectangle(page.cropbox)
    box = media & crop
    if box.width <= 0 or box.height <= 0:
        box = media
    page.trimbox = box.as_array()
    turned = Matrix(page.as_form_xobject().get("/Matrix", Matrix()))
    shown = turned.transform(box)
    scale = min(1.0, sheet.width / float(shown.width))
    step = math.floor(sheet.height / scale)
    tops = parts(math.ceil(shown.height), step, math.ceil(_OVERLAP / scale))
    if len(tops) == 1:
        return [box]
    upright = (Rectangle(shown.llx, max(shown.lly, shown.ury - top - step), shown.urx, shown.ury - top) for top in tops)
    return [turned.inverse().transform(one) for one in upright]


def _lines(steps: list[Instruction]) -> list[list[int]]:
    """The places of all that is shown; text and the text that continues it are together."""
    lines: list[list[int]] = [[]]
    for at, step in enumerate(steps):
        if str(step.operator) in _MOVES:
            lines.append([])
        if str(step.operator) in _DRAWS or (str(step.operator) in _SHOWS and _has_text(step.operands[-1])):
            lines[-1].append(at)
    return lines


def _has_text(operand: pikepdf.Object) -> bool:
    if isinstance(operand, pikepdf.Array):
        return any(isinstance(one, pikepdf.String) and bytes(one) for one in operand)
    return bool(bytes(operand))


def _clips(step: Instruction) -> bool:
    return str(step.operator) == "Tr" and int(step.operands[0]) >= _CLIPS


def _is_outside(place: tuple[float, float, float, float], box: Rectangle) -> bool:
    left, low, right, high = place
    return right <= box.llx or left >= box.urx or high <= box.lly or low >= box.ury


def _rest(step: Instruction) -> list[Instruction]:
    """The remaining effects of an operator when the text that it shows is removed."""
    new_line = pikepdf.ContentStreamInstruction([], Operator("T*"))
    if str(step.operator) == '"':
        made = pikepdf.ContentStreamInstruction
        return [made([step.operands[0]], Operator("Tw")), made([step.operands[1]], Operator("Tc")), new_line]
    return [new_line] if str(step.operator) == "'" else []
