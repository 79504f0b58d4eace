import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image
from tests.unit.sandbox.conftest import Bench

from sandbox import files
from sandbox.errors import StripeError


def image(kind: str, mode: str = "RGB") -> bytes:
    written = io.BytesIO()
    Image.new(mode, (4, 4)).save(written, kind)
    return written.getvalue()


def refusal(bench, content: bytes, purpose: str = "dispute_evidence") -> StripeError:
    with pytest.raises(StripeError) as refused:
        files.create(bench.state, purpose, "x.pdf", content, livemode=False)
    assert not bench.state.collections["files"]
    return refused.value


@pytest.mark.parametrize(
    ("content", "kind"),
    [(image("PDF"), "pdf"), (image("JPEG"), "jpg"), (image("PNG"), "png")],
    ids=["pdf", "jpg", "png"],
)
def test_the_type_is_detected_from_the_content_not_the_name(bench, content, kind):
    file = files.create(bench.state, "dispute_evidence", "/home/kari/scan.docx", content, livemode=False)
    assert (file["type"], file["filename"], file["size"]) == (kind, "scan.docx", len(content))
    assert file["id"].startswith("file_")
    assert file["expires_at"] == file["created"] + 270 * 86400
    assert file["links"]["data"] == []
    assert files.content(bench.state, file["id"]) == content


def test_the_same_bytes_twice_are_two_files(bench):
    assert bench.upload() != bench.upload()


def test_text_is_refused_even_if_it_is_named_pdf(bench):
    refused = refusal(bench, b"hello")
    assert "application/pdf, image/jpeg, image/png" in refused.message
    assert refused.status == 400


def test_exactly_50_pages_pass_and_51_are_refused(bench, pdf):
    assert "fewer than 50 pages" in refusal(bench, pdf(51)).message
    assert files.create(bench.state, "dispute_evidence", "x.pdf", pdf(50), livemode=False)["type"] == "pdf"


def test_five_megabytes_pass_and_more_are_refused(bench, pdf):
    content = pdf()
    content += b"\n%" + b" " * (5_000_000 - len(content) - 2)
    assert refusal(bench, content + b" ").param == "file"
    assert files.create(bench.state, "dispute_evidence", "x.pdf", content, livemode=False)["size"] == 5_000_000


def test_several_accounts_can_upload_pdfs_at_the_same_time(pdf):
    """PDFium breaks when two threads use it: documents were refused as unreadable, or the process died."""

    content = pdf(40)

    def upload_many(bench: Bench) -> int:
        return len({bench.upload(content) for _ in range(1000)})

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(upload_many, [Bench() for _ in range(3)])) == [1000, 1000, 1000]


def test_an_empty_file_is_refused(bench):
    assert refusal(bench, b"").param == "file"


def test_an_unreadable_pdf_is_refused(bench, pdf):
    assert refusal(bench, pdf()[:60]).param == "file"


def test_an_unknown_purpose_is_refused(bench, pdf):
    refused = refusal(bench, pdf(), purpose="homework")
    assert refused.param == "purpose"
    assert "dispute_evidence" in refused.message


def test_pngs_that_have_16_bits_are_interlaced_or_truncated_are_refused(bench):
    deep = image("PNG", "I;16")
    plain = image("PNG")
    interlaced = plain[:28] + b"\x01" + plain[29:]
    assert "16 bits" in refusal(bench, deep).message
    assert "Interlaced" in refusal(bench, interlaced).message
    assert "could not be read" in refusal(bench, plain[:20]).message


def test_an_identity_document_has_neither_an_expiry_nor_a_url(bench):
    file = files.create(bench.state, "identity_document", "x.png", image("PNG"), livemode=False)
    assert (file["expires_at"], file["url"]) == (None, None)


def test_the_content_of_an_unknown_file_is_reported_as_missing(bench):
    with pytest.raises(StripeError) as refused:
        files.content(bench.state, "file_no")
    assert (refused.value.status, refused.value.code) == (404, "resource_missing")
