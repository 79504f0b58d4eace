"""Documents as exhibits."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from tests.unit.disputes.pages import exhibit, noise, page_text, picture

from disputes import exhibits, playbook
from disputes.errors import DocumentError
from disputes.exhibits import Exhibit, captioned, make_exhibit, merged, shrunk
from disputes.images import STEPS


def plain_pdf() -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(300, 200))
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("filename", "content"),
    [("a.pdf", plain_pdf()), ("a.bin", picture(40, 40, kind="JPEG")), ("a", picture(40, 40)), ("a.TXT", b"Hello")],
)
def test_a_document_is_known_by_its_content(filename: str, content: bytes) -> None:
    made = make_exhibit("order_receipt", filename, content, page_size="us-letter")
    assert pypdfium2.PdfDocument(made.pdf)[0].get_size() == (612, 792)
    assert (made.pages, made.filename, len(made.sha256)) == (1, filename, 64)


@pytest.mark.parametrize(
    ("filename", "advice"),
    [
        ("photo.heic", "as JPEG or PNG"),
        ("sheet.xlsx", "Print it to a PDF"),
        ("mail.eml", "Print it to a PDF"),
        ("all.zip", "each as a file of its own"),
        ("call.mp3", "no audio or video"),
        ("thing.xyz", "PDF, JPEG, PNG or plain text"),
    ],
)
def test_another_type_is_refused_with_what_to_supply(filename: str, advice: str) -> None:
    with pytest.raises(DocumentError, match=f"{filename}: is no PDF.*{advice}"):
        make_exhibit("customer_messages", filename, b"\x00\x01\x02")


def test_plain_text_stays_text_line_by_line() -> None:
    hostile = '#read("/etc/passwd") *b*\n\n\tŻółć Γιώργος {{ 7*7 }} \x07'
    text = page_text(make_exhibit("customer_messages", "chat.txt", hostile.encode()).pdf)
    assert [line.strip() for line in text.split("\n") if line.strip()] == [
        '#read("/etc/passwd") *b*',
        "Żółć Γιώργος {{ 7*7 }}",
    ]


def test_text_of_other_encodings() -> None:
    assert "Grüße" in page_text(make_exhibit("customer_messages", "a.txt", "Grüße".encode("utf-16")).pdf)
    assert "Grüße" in page_text(make_exhibit("customer_messages", "a.txt", "Grüße".encode("utf-8-sig")).pdf)
    with pytest.raises(DocumentError, match="is not UTF-8 text"):
        make_exhibit("customer_messages", "a.txt", "Grüße".encode("latin-1"))


def test_text_that_is_empty_or_endless_is_refused() -> None:
    with pytest.raises(DocumentError, match="holds no text"):
        make_exhibit("customer_messages", "a.txt", b" \n\x00")
    with pytest.raises(DocumentError, match="150001 characters"):
        make_exhibit("customer_messages", "a.txt", b"x" * 150_001)
    with pytest.raises(DocumentError, match="pages, more than 49"):
        make_exhibit("customer_messages", "a.txt", b"x\n" * 5_000)


def test_a_caption_stands_on_every_page_and_names_the_exhibit() -> None:
    text = page_text(captioned(exhibit("proof_of_delivery", "ups 株式.pdf", pages=2), 3, "a4"))
    assert "Exhibit 3: Proof of delivery\n" in text
    assert "The carrier's record of the delivery: date and address. File supplied: ups 株式.pdf" in text
    assert "Exhibit 3: Proof of delivery, page 2 of 2" in text


def test_a_long_file_name_keeps_its_ends() -> None:
    name = f"{'a' * 60}middle{'z' * 60}.pdf"
    text = page_text(captioned(exhibit("proof_of_delivery", name), 1, "a4"))
    assert f"{'a' * 30}…{'z' * 26}.pdf" in "".join(text.split()).replace("\u200b", "")


def test_an_unknown_document_is_called_by_its_name() -> None:
    made = exhibit("board_minutes", "m.pdf")
    assert (made.title, made.shows) == ("Board minutes", "")
    assert "Exhibit 1: Board minutes\nFile supplied: m.pdf" in page_text(captioned(made, 1, "a4"))


def test_every_document_of_the_playbooks_has_a_title() -> None:
    for claim in ("fraudulent", "product_not_received", "subscription_canceled", "general"):
        for product in (None, *playbook.ProductType):
            for wish in playbook.playbook_for(claim).documents(product):
                assert exhibit(wish.document).shows, wish.document


def test_an_exhibit_can_shrink() -> None:
    made = make_exhibit("delivery_photo", "photo.jpg", noise(1800, 2400))
    smaller = shrunk(made, STEPS[-1], "a4")
    assert len(smaller.pdf) < len(made.pdf) / 2
    assert smaller.pages == made.pages
    assert smaller.sha256 != made.sha256


def test_files_are_merged_in_order_and_always_the_same() -> None:
    parts = [captioned(exhibit("order_receipt"), number, "a4") for number in (1, 2)]
    text = page_text(merged(parts))
    assert text.index("Exhibit 1") < text.index("Exhibit 2")
    assert merged(parts) == merged(parts)


def test_documents_can_be_made_side_by_side() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda n: make_exhibit("customer_messages", f"{n}.txt", b"Hello"), range(8)))
    assert len({one.sha256 for one in made}) == 1
    assert Exhibit.of("customer_messages", "0.txt", made[0].pdf) == made[0]
    assert exhibits.page_count(made[0].pdf) == 1
