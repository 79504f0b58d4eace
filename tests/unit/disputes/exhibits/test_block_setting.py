"""Blocks as pages."""

import pypdfium2
import pytest
from tests.unit.disputes.pages import page_text, picture

from disputes.errors import DocumentError
from disputes.exhibits.block_setting import typeset_blocks
from disputes.exhibits.blocks import Block, Cell, Picture, Run, plain_block, plain_table
from disputes.exhibits.sheets import Sheet

A4 = Sheet("a4")
PICTURE = Picture(picture(40, 20), 60, 30)


def text(*blocks: Block) -> str:
    return page_text(typeset_blocks(blocks, A4))


def test_every_kind_of_block_appears_on_the_page() -> None:
    found = text(
        Block("heading", (Run("Head #1"),), 1),
        Block("heading", (Run("Deep"),), 6),
        plain_block("paragraph", '"#read(1)"'),
        Block("item", (Run("point"),), 1, "2."),
        Block("quote", (Run("said"),), 1),
        plain_block("verbatim", "a\n   b"),
        Block("rule"),
        plain_block("note", "ours"),
        plain_table([("Item", "Price"), ("Cup",)]),
    )
    lines = [line.strip() for line in found.split("\n")]
    assert lines == [
        "Head #1", "Deep", '"#read(1)"', "2. point", "said", "a", "b", "ours", "Item Price", "Cup",
    ]  # fmt: skip


def test_raised_figures_do_not_run_into_those_before_them() -> None:
    runs = (Run("49"), Run("99", ("super",)), Run(" CO"), Run("2", ("bold", "sub")), Run(" 2"), Run("nd", ("super",)))
    assert text(Block("paragraph", runs)) == "49⁹⁹ CO₂ 2nd"


def test_struck_out_underlined_and_bold_text_is_shown_as_such() -> None:
    def dark(*styles: str) -> int:
        pdf = typeset_blocks([Block("paragraph", (Run("Refunds are always given", styles),))], A4)
        return sum(pypdfium2.PdfDocument(pdf)[0].render(scale=1, grayscale=True).to_pil().histogram()[:128])

    assert dark("strike") > dark() + 100
    assert dark("underline") > dark() + 100
    assert dark("bold") > dark() + 100


def drawn(*blocks: Block) -> list[tuple[float, float, float, float]]:
    """Where the pictures of the first page are."""
    page = pypdfium2.PdfDocument(typeset_blocks(blocks, A4))[0]
    return [one.get_bounds() for one in page.get_objects(filter=[3])]


def test_a_picture_is_placed_among_the_words_at_its_own_size() -> None:
    runs = (Run("a"), Run("", picture=PICTURE), Run("b"))
    ((left, low, right, high),) = drawn(Block("paragraph", runs))
    assert (right - left, high - low) == pytest.approx((60, 30), abs=0.1)
    assert drawn(Block("paragraph", (Run("", picture=PICTURE),)))


@pytest.mark.parametrize("size", [(900, 90), (90, 900), (90_000, 9_000)])
def test_a_picture_that_is_too_large_is_drawn_as_large_as_fits(size: tuple[float, float]) -> None:
    ((left, low, right, high),) = drawn(
        Block("paragraph", (Run("", picture=Picture(picture(40, 20, kind="JPEG"), *size)),))
    )
    assert left >= 36
    assert right <= 595.28 - 35.99
    assert low >= 36
    assert (right - left) / (high - low) == pytest.approx(size[0] / size[1], rel=0.01)


def cell(content: str, column: int, row: int, columns: int = 1, rows: int = 1, *, is_head: bool = False) -> Cell:
    return Cell((plain_block("paragraph", content),), column, row, columns, rows, is_head)


def test_spanning_cells_are_placed_beside_the_others() -> None:
    table = Block(
        "table",
        cells=(
            cell("name", 0, 0, 2, is_head=True), cell("price", 2, 0, is_head=True), cell("both", 0, 1, rows=2),
            cell("one", 1, 1), cell("10", 2, 1), cell("two", 1, 2), cell("20", 2, 2),
        ),
        head=1,
    )  # fmt: skip
    page = pypdfium2.PdfDocument(typeset_blocks([table], A4))[0].get_textpage()
    assert page.get_text_bounded().split() == ["name", "price", "both", "one", "10", "two", "20"]


def test_the_head_of_a_table_is_repeated_on_every_page() -> None:
    rows = [("time", "address"), *((f"2026-09-01 {n}", "203.0.113.1") for n in range(80))]
    pdf = typeset_blocks([plain_table(rows)], A4)
    assert len(pypdfium2.PdfDocument(pdf)) == page_text(pdf).count("time address") == 2


def test_a_table_that_is_too_wide_names_each_value() -> None:
    rows = (tuple(f"column number {n}" for n in range(12)), tuple(f"value {n}" for n in range(11)))
    found = " ".join(text(plain_table(rows)).split())
    assert found.startswith("column number 0 value 0 · column number 1 value 1")
    assert found.endswith("value 10")


def test_a_wide_table_without_a_head_shows_only_the_values() -> None:
    cells = tuple(Cell((Block("paragraph", (Run(f"value number {n}"),)),), n, 0) for n in range(12))
    assert text(Block("table", cells=cells)).startswith("value number 0 · value number 1 ·")


def test_a_wide_table_names_spanning_cells_and_shows_the_content_of_its_cells() -> None:
    wide = "x" * 14
    item = Cell((Block("item", (Run("first"),), 0, "a."), Block("item", (Run("second"),), 0, "b.")), 1, 1)
    seen = Cell((Block("paragraph", (Run("", picture=PICTURE),)),), 2, 1)
    cells = (
        cell("Both", 0, 0, 2, is_head=True), *(cell(f"{wide}{at}", at, 0, is_head=True) for at in range(2, 9)),
        cell("all", 0, 1, rows=2), item, seen, *(cell(f"{wide}{at}", at, 1) for at in range(3, 9)), cell("late", 1, 2),
    )  # fmt: skip
    table = Block("table", cells=cells, head=1)
    found = " ".join(text(table).split())
    assert found.startswith("Both all · Both a. first b. second")
    assert found.endswith("Both all · Both late")
    assert len(drawn(table)) == 1


def test_long_words_stay_in_their_column() -> None:
    (page,) = pypdfium2.PdfDocument(typeset_blocks([plain_table([("a", "b"), ("x" * 300, "end")])], A4))
    right = [page.get_textpage().get_charbox(at)[2] for at in range(page.get_textpage().count_chars())]
    assert max(right) < 595 - 36


def test_right_to_left_text_is_aligned_right() -> None:
    (page,) = pypdfium2.PdfDocument(typeset_blocks([plain_block("paragraph", "1. שלום")], A4))
    assert page.get_textpage().get_charbox(0)[0] > 400


def test_text_that_is_empty_or_endless_is_refused() -> None:
    with pytest.raises(DocumentError, match="no text"):
        typeset_blocks([plain_block("note", "ours"), plain_block("paragraph", " \u202e"), plain_table([(" ",)])], A4)
    with pytest.raises(DocumentError, match="150001 characters"):
        typeset_blocks([plain_block("verbatim", "x" * 150_001)], A4)


def test_pages_are_reproducible_and_portrait() -> None:
    blocks = [Block("paragraph", (Run("Hello"), Run("", picture=PICTURE)))]
    made = typeset_blocks(blocks, Sheet("us-letter"))
    assert made == typeset_blocks(blocks, Sheet("us-letter"))
    assert pypdfium2.PdfDocument(made)[0].get_size() == (612, 792)
