"""PDFs that contain other documents, or are only a placeholder for one."""

from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, AttachedFileSpec, Dictionary, Name, Stream, String
from tests.unit.disputes.exhibits.pdfs import A4, annotated, document, field, note

from disputes.errors import DocumentError
from disputes.exhibits.cleaning import clean_pdf
from disputes.exhibits.images import STEPS

TEXT = "BT /F1 12 Tf 50 700 Td ({}) Tj ET"


def left_out(pdf: pikepdf.Pdf) -> dict[str, str]:
    out = BytesIO()
    pdf.save(out)
    return {part.filename: part.reason for part in clean_pdf(out.getvalue(), A4, STEPS[0]).left_out}


def with_file(text: str = "see attached") -> pikepdf.Pdf:
    pdf = document(TEXT.format(text))
    pdf.attachments["note"] = AttachedFileSpec(pdf, b"%PDF-1.7", filename="delivery note.pdf")
    return pdf


def test_a_document_without_other_files_leaves_nothing_out() -> None:
    assert left_out(document(TEXT.format("Hello"))) == {}


def test_an_attached_file_is_named() -> None:
    reason = "is attached to the PDF and not shown. Supply it as a separate document"
    assert left_out(with_file()) == {"delivery note.pdf": reason}


def test_files_pinned_to_a_page_and_media_are_named() -> None:
    pdf = document(TEXT.format("Hello"))
    pinned = [
        note("FileAttachment", 800, FS=Dictionary(F=String("a.pdf"))), note("FileAttachment", 700), note("Sound", 600),
    ]  # fmt: skip
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(one) for one in pinned] + [Array()])
    pdf.Root.AF = Array([Dictionary(UF=String("b.xml"))])
    assert list(left_out(pdf)) == ["a.pdf", "a file without a name", "b.xml", "sound on page 1"]


def test_comments_that_open_on_a_click_are_named() -> None:
    pdf = document(TEXT.format("Hello"))
    notes = [note("Text", 800, Contents=String("the wrong house")), note("Highlight", 700, Contents=String(" "))]
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(one) for one in notes])
    reason = "opens on a click and is not shown. Print the PDF with its comments"
    assert left_out(pdf) == {"comment on page 1": reason}


def test_the_cover_of_a_portfolio_is_refused_naming_what_is_inside() -> None:
    pdf = with_file()
    pdf.Root.Collection = Dictionary()
    with pytest.raises(DocumentError, match=r"portfolio: .*cover for delivery note\.pdf. Supply each document"):
        left_out(pdf)
    pdf.Root.Collection.View = Name.H  # its own pages are what a viewer opens with
    assert list(left_out(pdf)) == ["delivery note.pdf"]
    empty = document(TEXT.format("cover"))
    empty.Root.Collection = Dictionary(View=Name.T)
    with pytest.raises(DocumentError, match=r"only a cover\. Supply"):
        left_out(empty)


def xfa(pdf: pikepdf.Pdf, **root: object) -> pikepdf.Pdf:
    pdf.Root.AcroForm = Dictionary(pdf.Root.get("/AcroForm", Dictionary()))
    pdf.Root.AcroForm.XFA = Stream(pdf, b"<xdp/>")
    for key, value in root.items():
        pdf.Root[f"/{key}"] = value
    return pdf


@pytest.mark.parametrize(
    "pdf",
    [
        lambda: xfa(document(TEXT.format("anything"))),
        lambda: xfa(annotated(field(String("x"))), NeedsRendering=True),
        lambda: document(TEXT.format("If this message is not eventually replaced with the proper contents of ...")),
    ],
    ids=["without fields", "needs rendering", "says so"],
)
def test_a_placeholder_is_refused(pdf) -> None:
    with pytest.raises(DocumentError, match=r"placeholder.*Adobe Reader and print it to a new PDF"):
        left_out(pdf())


def test_a_form_that_also_has_plain_fields_is_shown() -> None:
    assert left_out(xfa(annotated(field(String("x"))))) == {}
