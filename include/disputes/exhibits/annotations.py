"""Draws fields, notes, marks and stamps into a PDF's pages.

Only ever called inside the isolated process of :mod:`.isolation`.
"""

from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name
from pypdfium2.raw import FLAT_NORMALDISPLAY, FPDFPage_Flatten

from disputes.errors import DocumentError
from disputes.exhibits.form_fields import set_looks

_HIDDEN = 2 | 32
"""Flags of an annotation that the screen does not show: hidden, or for print only."""
_UNSEEN = frozenset({"/Link", "/Popup"})
_DRAWN_BY_SOME = frozenset({"/Line", "/Polygon", "/PolyLine", "/Stamp"})
"""Without their own appearance, these look different in every viewer, or are invisible."""


def flatten(source: pikepdf.Pdf) -> pikepdf.Pdf:
    """The document with all that a viewer shows on top of its pages drawn into them; unchanged if there is nothing.

    :raises DocumentError: when not every viewer shows the same
    """
    notes = [note for page in source.pages for note in _keep_shown(page)]
    if not notes:
        return source
    set_looks(source, notes)
    if any("/N" not in note.get("/AP", {}) and str(note.Subtype) in _DRAWN_BY_SOME for note in notes):
        raise DocumentError("has a drawing that not every viewer shows", remedy="Print it to a new PDF")
    for note in notes:
        if note.Subtype == Name.Widget:
            note.Subtype = Name.Stamp  # it looks the same, and viewers do not fill in its text again
    # pdfium draws highlights and ink without an appearance, but beside a form only.
    source.Root.AcroForm = Dictionary(Fields=Array())
    content = BytesIO()
    source.save(content)
    return pikepdf.open(_merge(content))


def _keep_shown(page: pikepdf.Page) -> list[Any]:
    """The annotations on the screen; the page keeps no others."""
    shown = [
        note
        for note in page.obj.get("/Annots", ())
        if isinstance(note, Dictionary)
        and str(note.get("/Subtype", "/Link")) not in _UNSEEN
        and not int(note.get("/F", 0)) & _HIDDEN
    ]
    page.obj.Annots = Array(shown)
    return shown


def _merge(content: BytesIO) -> BytesIO:
    """A PDF whose pages hold what lay on top of them."""
    document = pypdfium2.PdfDocument(content)
    document.init_forms()
    for page in document:
        FPDFPage_Flatten(page, FLAT_NORMALDISPLAY)
        page.close()
    merged = BytesIO()
    document.save(merged)
    document.close()
    return merged
