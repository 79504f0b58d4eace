"""Checks a packet's PDF: encryption, active content, page size, fonts and glyphs."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

from disputes.exhibits.sheets import POINTS, PageSize

_ACTIVE = ("/OpenAction", "/AA", "/AcroForm", "/Names")
_ACTIONS = frozenset(
    "/JavaScript /Launch /URI /SubmitForm /ImportData /GoToR /GoToE /Rendition /Movie /Sound".split()  # noqa: SIM905
)
_STANDARD = ("Helvetica", "Courier", "Times", "Symbol", "ZapfDingbats", "Arial")
"""Every viewer has these fonts, or substitutes of the same widths."""
_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_SHOWING = frozenset({"Tj", "TJ", "'", '"'})


def pdf_problems(content: bytes, *, page_size: PageSize, letter_pages: int) -> list[str]:
    """Everything that is wrong with one file.

    :param letter_pages: how many of the first pages are our letter
    """
    try:
        return _problems(pikepdf.open(BytesIO(content)), page_size, letter_pages)
    except pikepdf.PasswordError:
        return ["is encrypted"]
    # A malformed structure in a file that is not ours.
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError, pikepdf.PdfError) as error:
        return [f"cannot be read to its end: {error}"]


def _problems(pdf: pikepdf.Pdf, page_size: PageSize, letter_pages: int) -> list[str]:
    found = ["is encrypted"] if pdf.is_encrypted else []
    found += _active(pdf)
    for number, page in enumerate(pdf.pages, 1):
        found += [f"page {number} {problem}" for problem in _page(page, page_size, ours=number <= letter_pages)]
    return found


def _active(pdf: pikepdf.Pdf) -> list[str]:
    found = [f"has {key} in its catalogue" for key in _ACTIVE if key in pdf.Root]
    for item in pdf.objects:
        if not isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
            continue
        if str(item.get("/S", "")) in _ACTIONS or "/JS" in item:
            found.append("contains an action")
        if "/EF" in item or str(item.get("/Type", "")) == "/EmbeddedFile":
            found.append("contains an embedded file")
    return list(dict.fromkeys(found))


def _page(page: pikepdf.Page, page_size: PageSize, *, ours: bool) -> list[str]:
    found = []
    box = [float(edge) for edge in page.mediabox]
    size = box[2] - box[0], box[3] - box[1]
    if any(abs(side - wanted) > 1 for side, wanted in zip(size, POINTS[page_size], strict=True)):
        found.append(f"measures {size[0]:.0f} x {size[1]:.0f} points, which is not upright {page_size}")
    if int(page.obj.get("/Rotate", 0)):
        found.append("is turned")
    if page.obj.get("/Annots") or "/AA" in page.obj:
        found.append("has annotations")
    for form, is_ours in _forms(page.obj, ours=ours):
        fonts = form.get("/Resources", {}).get("/Font", {})
        found += [f"has the font {name} not embedded" for name in _not_embedded(fonts, ours=is_ours)]
        if is_ours and _has_notdef(form, fonts):
            found.append("shows a character without a glyph")
    return list(dict.fromkeys(found))


def _forms(form: Any, *, ours: bool, seen: set[Any] | None = None) -> Iterator[tuple[Any, bool]]:
    """A page and the form XObjects in it, each once; a caption is ours wherever it is, an exhibit's page is not."""
    seen = set() if seen is None else seen
    yield form, ours
    for name, inner in form.get("/Resources", {}).get("/XObject", {}).items():
        if str(inner.get("/Subtype", "")) == "/Form" and inner.objgen not in seen:
            seen.add(inner.objgen)
            yield from _forms(inner, ours=name == "/Caption" or (ours and name != "/Exhibit"), seen=seen)


def _not_embedded(fonts: Any, *, ours: bool) -> Iterator[str]:
    for font in fonts.values():
        inner = font.get("/DescendantFonts", [font])[0]
        name = str(font.get("/BaseFont", "")).lstrip("/")
        embedded = any(key in inner.get("/FontDescriptor", {}) for key in _FILES)
        drawn = str(font.get("/Subtype", "")) == "/Type3"
        if not (embedded or drawn or (not ours and name.startswith(_STANDARD))):
            yield name


def _has_notdef(form: Any, fonts: Any) -> bool:
    """Whether glyph 0 is shown; in a composite font of ours each character is two bytes."""
    composite = False
    for step in pikepdf.parse_content_stream(form):
        if str(step.operator) == "Tf":
            composite = str(fonts[str(step.operands[0])].get("/Subtype", "")) == "/Type0"
        elif composite and str(step.operator) in _SHOWING and any(map(_shows_zero, step.operands)):
            return True
    return False


def _shows_zero(operand: Any) -> bool:
    if isinstance(operand, pikepdf.Array):
        return any(map(_shows_zero, operand))
    text = bytes(operand) if isinstance(operand, pikepdf.String) else b""
    return any(text[place : place + 2] == b"\0\0" for place in range(0, len(text), 2))
