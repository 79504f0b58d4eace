"""Documents as exhibits."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from tests.unit.disputes.pages import exhibit, noise, page_text, picture

from disputes.errors import DocumentError
from disputes.exhibits.exhibits import Exhibit, compile_exhibits, heading, make_exhibit, shrink_exhibit
from disputes.exhibits.images import STEPS
from disputes.exhibits.making import page_count
from disputes.packet.citations import proved
from disputes.packet.manifest import Statement
from disputes.rules import loading, playbook


def plain_pdf() -> bytes:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(300, 200))
    page.obj.Contents = pikepdf.Stream(pdf, b"50 50 100 100 re f")
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("filename", "content"),
    [("a.pdf", plain_pdf()), ("a.bin", picture(40, 40, kind="JPEG")), ("a", picture(40, 40)), ("a.TXT", b"Hello")],
)
def test_a_document_is_recognised_by_its_content(filename: str, content: bytes) -> None:
    made = make_exhibit("order_receipt", filename, content, page_size="us-letter")
    assert pypdfium2.PdfDocument(made.pdf)[0].get_size() == (612, 792)
    assert (made.pages, made.filename, len(made.sha256)) == (1, filename, 64)


def test_an_unsupported_document_is_refused_with_what_to_supply() -> None:
    with pytest.raises(DocumentError, match=r"photo\.heic: is a picture .* as JPEG or PNG"):
        make_exhibit("delivery_photo", "photo.heic", b"\x00\x01\x02")


def test_parts_of_a_mail_that_are_not_shown_are_listed_with_the_exhibit() -> None:
    mail = b"From: a@example.com\nContent-Type: application/zip; name=all.zip\n\nPK"
    assert [part.filename for part in make_exhibit("customer_messages", "a.eml", mail).left_out] == ["all.zip"]


def test_plain_text_stays_text_line_by_line() -> None:
    hostile = '#read("/etc/passwd") *b*\n\n\tŻółć Γιώργος {{ 7*7 }} \x07'
    text = page_text(make_exhibit("customer_messages", "chat.txt", hostile.encode()).pdf)
    assert [line.strip() for line in text.split("\n") if line.strip()] == [
        '#read("/etc/passwd") *b*',
        "Żółć Γιώργος {{ 7*7 }}",
    ]


def test_a_caption_on_every_page_names_the_exhibit() -> None:
    text = page_text(compile_exhibits(None, [(3, exhibit("proof_of_delivery", "ups 株式.pdf", pages=2))], "a4"))
    assert "Exhibit 3: Proof of delivery\n" in text
    assert "The carrier's record of the delivery: date and address. File supplied: ups 株式.pdf" in text
    assert "Exhibit 3: Proof of delivery, page 2 of 2" in text


def test_a_long_file_name_keeps_its_beginning_and_end() -> None:
    name = f"{'a' * 60}middle{'z' * 60}.pdf"
    text = page_text(compile_exhibits(None, [(1, exhibit("proof_of_delivery", name))], "a4"))
    assert f"{'a' * 30}…{'z' * 26}.pdf" in "".join(text.split()).replace("\u200b", "")


def test_a_mails_caption_says_when_and_by_whom_it_was_written() -> None:
    mail = b"From: Ana <ana@example.com>\nDate: Tue, 1 Sep 2026 23:10:00 -0700\n\nIt came."
    made = make_exhibit("customer_messages", "a.eml", mail)
    text = page_text(compile_exhibits(None, [(1, made)], "a4"))
    assert "Exhibit 1: Messages with the customer, 1 September 2026, 23:10 UTC-07:00, Ana\n" in text


def test_a_caption_cuts_a_long_sentence_that_is_whole_in_the_letters_list() -> None:
    sentence = (
        "The order was delivered on 20 October 2026 to 18 Maple Street, Burlington VT 05401, US, the order's address."
    )
    captioned = compile_exhibits(None, [(1, exhibit("proof_of_delivery"))], "a4", proofs={1: sentence})
    assert "Proves: The order was delivered on 20 October 2026 to 18 Maple Street, Burlington VT …" in " ".join(
        page_text(captioned).split()
    )
    assert next(iter(proved([Statement(f"{sentence} (Exhibit 1)", ())]).values())) == sentence


def test_a_caption_with_a_long_name_fits_on_one_line() -> None:
    made = replace(exhibit("customer_messages"), written=f"1 September 2026, {'Ana ' * 40}")
    assert heading(12, made).endswith("Ana A…")
    assert len(heading(12, made)) <= 80


def test_an_unknown_document_is_called_by_its_name() -> None:
    made = exhibit("board_minutes", "m.pdf")
    assert (made.title, made.shows) == ("Board minutes", "")
    assert "Exhibit 1: Board minutes\nFile supplied: m.pdf" in page_text(compile_exhibits(None, [(1, made)], "a4"))


def test_every_document_of_the_playbooks_has_a_title() -> None:
    for claim in ("fraudulent", "product_not_received", "subscription_canceled", "general"):
        for product in (None, *playbook.ProductType):
            for wish in loading.playbook_for(claim).documents(product):
                assert exhibit(wish.document).shows, wish.document


def test_an_exhibit_can_shrink() -> None:
    made = make_exhibit("delivery_photo", "photo.jpg", noise(1800, 2400))
    smaller = shrink_exhibit(made, STEPS[-1], "a4")
    assert len(smaller.pdf) < len(made.pdf) / 2
    assert smaller.pages == made.pages
    assert smaller.sha256 != made.sha256


def test_merged_files_are_in_order_and_reproducible() -> None:
    parts = [(number, exhibit("order_receipt")) for number in (1, 2)]
    letter = exhibit("letter").pdf
    text = page_text(compile_exhibits(letter, parts, "a4"))
    assert text.index("Exhibit 1") < text.index("Exhibit 2")
    assert compile_exhibits(letter, parts, "a4") == compile_exhibits(letter, parts, "a4")
    assert page_count(compile_exhibits(letter, parts, "a4")) == 3
    assert page_count(compile_exhibits(letter, [], "a4")) == 1


def test_documents_can_be_made_in_parallel() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda n: make_exhibit("customer_messages", f"{n}.txt", b"Hello"), range(8)))
    assert len({one.sha256 for one in made}) == 1
    assert Exhibit.of("customer_messages", "0.txt", made[0].pdf) == made[0]
    assert page_count(made[0].pdf) == 1
