"""PDFs as merchants have them, for the tests of exhibits."""

from io import BytesIO

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

from disputes.exhibits.cleaning import clean_pdf
from disputes.exhibits.images import STEPS
from disputes.exhibits.sheets import Sheet

A4 = Sheet("a4")


def document(content: str, size: tuple[float, float] = (595, 842), **page: object) -> pikepdf.Pdf:
    """A page with one font, F1."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=size)
    only = pdf.pages[0].obj
    only.Resources = Dictionary(Font=Dictionary(F1=helvetica()))
    only.Contents = Stream(pdf, content.encode())
    for key, value in page.items():
        only[f"/{key}"] = value
    return pdf


def helvetica() -> Dictionary:
    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)


def annotated(*notes: Dictionary, **form: object) -> pikepdf.Pdf:
    """A page with annotations; those that are fields belong to a form."""
    pdf = document("")
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note) for note in notes])
    fields = [note for note in pdf.pages[0].obj.Annots if note.get("/Subtype") == Name.Widget]
    if fields:
        pdf.Root.AcroForm = Dictionary(Fields=Array(fields), **form)
    return pdf


def note(kind: str, top: float, **more: object) -> Dictionary:
    """An annotation 300 points wide and 40 high."""
    rect = Array([50, top - 40, 350, top])
    return Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=rect, **more)


def looks(pdf: pikepdf.Pdf, text: str) -> Dictionary:
    """An appearance that shows a text."""
    return Dictionary(
        N=Stream(
            pdf,
            f"BT /F1 12 Tf 2 8 Td ({text}) Tj ET".encode(),
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array([0, 0, 300, 40]),
            Resources=Dictionary(Font=Dictionary(F1=helvetica())),
        )
    )


def field(value: object, top: float = 800, kind: Name = Name.Tx, **more: object) -> Dictionary:
    return note("Widget", top, FT=kind, T=String(f"at {top}"), V=value, **more)


def cleaned(pdf: pikepdf.Pdf) -> bytes:
    out = BytesIO()
    pdf.save(out)
    return clean_pdf(out.getvalue(), A4, STEPS[0]).content


def texts(pdf: bytes) -> list[list[str]]:
    """The lines of each page."""
    pages = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded().split("\r\n") for page in pages]


def drawn(pdf: bytes, page: int = 0) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[page].render(scale=1).to_pil().convert("RGB")
