"""PDFs that contain other documents, or are only a placeholder for one. Only ever called inside the isolated process of
:mod:`.isolation`.
"""

from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Dictionary, Name

from disputes.errors import DocumentError
from disputes.exhibits.refusal import LeftOut

_PLACEHOLDERS = (
    "not eventually replaced with the proper contents",
    "requires Adobe Reader 8 or higher",
    "This PDF file is protected. You'll need a different reader",
)
"""Text on placeholder pages that a viewer should replace: Adobe's for XFA forms, Microsoft's for protected files."""
_MEDIA = frozenset({"/Screen", "/Movie", "/Sound", "/RichMedia", "/3D"})
_COMMENTS = frozenset({"/Text", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Caret"})
_OWN_FILE = "Supply it as a separate document"


def name_attached(source: pikepdf.Pdf) -> tuple[LeftOut, ...]:
    """The files attached to a PDF, and the videos, sounds and comments on its pages.

    :raises DocumentError: when its own pages are only the cover of a portfolio, or a form that a viewer has to fill in
    """
    form = source.Root.get("/AcroForm", Dictionary())
    if "/XFA" in form and (source.Root.get("/NeedsRendering", False) or not any(_has_field(p) for p in source.pages)):
        raise _placeholder()
    files = list(dict.fromkeys([*_embedded_files(source), *_pinned_files(source)]))
    portfolio = source.Root.get("/Collection")
    if portfolio is not None and portfolio.get("/View") != Name.H:  # hidden: its own pages come first
        inside = f" for {', '.join(files)}" if files else ""
        raise DocumentError(
            f"is a portfolio: its own pages are only a cover{inside}",
            remedy="Supply each document inside it as a separate file",
        )
    media = [
        LeftOut(f"{str(note.Subtype)[1:].lower()} on page {number}", f"cannot be shown. {_OWN_FILE}, as stills or text")
        for number, page in enumerate(source.pages, 1)
        for note in _notes(page)
        if str(note.get("/Subtype", "")) in _MEDIA
    ]
    comments = [
        LeftOut(f"comment on page {number}", "opens on a click and is not shown. Print the PDF with its comments")
        for number, page in enumerate(source.pages, 1)
        if any(_is_comment(note) for note in _notes(page))
    ]
    return (*(LeftOut(name, f"is attached to the PDF and not shown. {_OWN_FILE}") for name in files), *media, *comments)


def refuse_placeholder(page: pypdfium2.PdfPage) -> None:
    """Refuse a document whose page is only a placeholder.

    :raises DocumentError: when it is
    """
    text = " ".join(page.get_textpage().get_text_bounded().split())
    if any(words in text for words in _PLACEHOLDERS):
        raise _placeholder()


def _placeholder() -> DocumentError:
    return DocumentError(
        "contains only a placeholder: it is a form or protected file whose pages need another viewer",
        remedy="Open it in Adobe Reader and print it to a new PDF",
    )


def _has_field(page: pikepdf.Page) -> bool:
    return any(note.get("/Subtype") == Name.Widget for note in _notes(page))


def _is_comment(note: Any) -> bool:
    """Whether something is written there that no viewer shows before somebody clicks on it."""
    return str(note.get("/Subtype", "")) in _COMMENTS and bool(str(note.get("/Contents", "")).strip())


def _notes(page: pikepdf.Page) -> Iterator[Any]:
    return (note for note in page.obj.get("/Annots", ()) if isinstance(note, Dictionary))


def _embedded_files(source: pikepdf.Pdf) -> Iterator[str]:
    for name, file in source.attachments.items():
        yield file.filename or name


def _pinned_files(source: pikepdf.Pdf) -> Iterator[str]:
    """Files attached to a page as a paper clip, or only to the document."""
    pinned = [
        note.get("/FS", {})
        for page in source.pages
        for note in _notes(page)
        if note.get("/Subtype") == Name.FileAttachment
    ]
    for file in [*pinned, *source.Root.get("/AF", ())]:
        yield str(file.get("/UF", file.get("/F", "a file without a name")))
