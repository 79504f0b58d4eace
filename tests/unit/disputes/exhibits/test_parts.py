"""Which part of a PDF page is on which sheet."""

from itertools import pairwise

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream
from tests.unit.disputes.exhibits.pdfs import cleaned, document, drawn, texts

from disputes.errors import DocumentError

TURNS = {0: "1 0 0 1 0 0", 90: "0 1 -1 0 3000 0", 180: "-1 0 0 -1 226 3000", 270: "0 -1 1 0 0 226"}
LINES = " ".join(f"(line {number}) '" for number in range(200))

MARK = "50 350 9 9 re f"
"""Something to see."""


def receipt(turn: int = 0, height: int = 3000, **page: object) -> pikepdf.Pdf:
    size = (height, 226) if turn in (90, 270) else (226, height)
    return document(f"q {TURNS[turn]} cm BT /F1 12 Tf 14 TL 10 3000 Td {LINES} ET Q", size, Rotate=turn, **page)


@pytest.mark.parametrize("turn", TURNS)
def test_a_tall_page_is_spread_over_several_sheets_and_keeps_its_size(turn: int) -> None:
    pdf = cleaned(receipt(turn))
    pages = texts(pdf)
    assert len(pages) == 5
    assert pages[0][0] == "line 0"
    assert pages[-1][-1] == "line 199"
    for before, after in pairwise(pages):
        assert before[-1] in after[:6]  # what is cut in half is whole on one of the two
        assert before[0] not in after
    assert {line for page in pages for line in page} == {f"line {number}" for number in range(200)}
    first, last = (drawn(pdf, page).convert("L").point(lambda value: 255 * (value < 128)).getbbox() for page in (0, 4))
    assert first
    assert last
    assert first[3] - first[1] == pytest.approx(708, abs=10)
    assert last[1] == pytest.approx(first[1], abs=10)  # below the band


def test_only_a_page_that_is_tall_enough_is_split() -> None:
    assert len(texts(cleaned(document(MARK, (226, 1400))))) == 1
    assert len(texts(cleaned(document(MARK, (595, 1900))))) == 3
    assert len(texts(cleaned(document(MARK, (113, 800), UserUnit=3)))) > 1


def test_a_page_that_would_fill_the_packet_is_refused() -> None:
    with pytest.raises(DocumentError, match="so tall that it would fill 63 pages"):
        cleaned(document(MARK, (100, 14_000), UserUnit=3))


@pytest.mark.parametrize("crop", [[-100, -100, 5000, 6000], [1000, 1000, 1500, 1600], [595, 842, 0, 0]])
def test_a_crop_box_beyond_the_page_does_not_shrink_it(crop: list[int]) -> None:
    content = "0 0 595 842 re f"
    whole = drawn(cleaned(document(content)))
    assert drawn(cleaned(document(content, CropBox=Array(crop)))).tobytes() == whole.tobytes()


def test_a_trim_box_does_not_cut_what_a_viewer_shows() -> None:
    marked = document("BT /F1 20 Tf 50 700 Td (shown) Tj ET", TrimBox=Array([0, 0, 10, 10]))
    assert texts(cleaned(marked)) == [["shown"]]


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ("BT 50 700 Td (out) Tj 0 -300 Td (in) Tj ET", "in"),
        ("BT 50 700 Td [(o) -10 (ut)] TJ ( there) Tj 0 -300 Td (in) Tj ET", "in"),
        ("BT 300 TL 50 1000 Td (out) ' (in) ' ET", "in"),
        ("BT 300 TL 50 1000 Td 5 0 (out) \" (in) ' ET", "in"),
        ("BT 50 400 Td (starts here) Tj 200 0 Td (out) Tj ET", "starts here"),
        ("BT 50 400 Td (what goes on along the line) Tj ( stays) Tj ET", "what goes on along the line stays"),
        ("BT 50 700 Td () Tj [] TJ [-20] TJ (out) Tj 0 -300 Td (in) Tj ET", "in"),
        ("/Far Do /Near Do", "near"),
        ("BT 50 700 Td 7 Tr (cuts what follows) Tj 0 Tr ET", "cuts what follows"),
        ("/None Do BT 50 600 Td (stays where it cannot be told) Tj ET", "stays where it cannot be told"),
    ],
)
def test_text_that_is_cut_off_cannot_be_copied(content: str, kept: str) -> None:
    pdf = document(f"{MARK} /F1 12 Tf {content}", CropBox=Array([0, 300, 200, 500]))
    resources = pdf.pages[0].obj.Resources
    forms = {
        name: Stream(
            pdf,
            f"BT /F1 12 Tf 50 {at} Td ({name}) Tj ET".encode(),
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array([0, at, 595, at + 20]),
            Resources=Dictionary(resources),
        )
        for name, at in {"far": 700, "near": 400}.items()
    }
    resources.XObject = Dictionary(Far=forms["far"], Near=forms["near"])
    assert texts(cleaned(pdf)) == [[kept]]
