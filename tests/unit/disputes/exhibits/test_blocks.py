"""Blocks as pages."""

import pypdfium2
import pytest
from tests.unit.disputes.pages import page_text

from disputes.errors import DocumentError
from disputes.exhibits.blocks import Block, pages
from disputes.exhibits.sheets import Sheet

A4 = Sheet("a4")


def text(*blocks: Block) -> str:
    return page_text(pages(blocks, A4))


def test_every_kind_of_block_stands_on_the_page() -> None:
    found = text(
        Block("heading", "Head #1", 1),
        Block("heading", "Deep", 6),
        Block("paragraph", '"#read(1)"'),
        Block("item", "point", 1, "2."),
        Block("quote", "said", 1),
        Block("verbatim", "a\n   b"),
        Block("rule"),
        Block("note", "ours"),
        Block("table", rows=(("Item", "Price"), ("Cup",))),
    )
    lines = [line.strip() for line in found.split("\n")]
    assert lines == [
        "Head #1", "Deep", '"#read(1)"', "2. point", "said", "a", "b", "ours", "Item Price", "Cup",
    ]  # fmt: skip


def test_the_head_of_a_table_stands_on_every_page() -> None:
    rows = (("time", "address"), *((f"2026-09-01 {n}", "203.0.113.1") for n in range(80)))
    pdf = pages([Block("table", rows=rows)], A4)
    assert len(pypdfium2.PdfDocument(pdf)) == page_text(pdf).count("time address") == 2


def test_a_table_that_is_too_wide_names_each_value() -> None:
    rows = (tuple(f"column number {n}" for n in range(12)), tuple(f"value {n}" for n in range(11)))
    found = " ".join(text(Block("table", rows=rows)).split())
    assert found.startswith("column number 0 value 0 · column number 1 value 1")
    assert found.endswith("value 10")


def test_long_words_stay_in_their_column() -> None:
    rows = (("a", "b"), ("x" * 300, "end"))
    (page,) = pypdfium2.PdfDocument(pages([Block("table", rows=rows)], A4))
    right = [page.get_textpage().get_charbox(at)[2] for at in range(page.get_textpage().count_chars())]
    assert max(right) < 595 - 36


def test_right_to_left_text_stands_at_the_right() -> None:
    (page,) = pypdfium2.PdfDocument(pages([Block("paragraph", "1. שלום")], A4))
    assert page.get_textpage().get_charbox(0)[0] > 400


def test_text_that_is_empty_or_endless_is_refused() -> None:
    with pytest.raises(DocumentError, match="no text"):
        pages([Block("note", "ours"), Block("paragraph", " \u202e"), Block("table", rows=((" ",),))], A4)
    with pytest.raises(DocumentError, match="150001 characters"):
        pages([Block("verbatim", "x" * 150_001)], A4)


def test_blocks_go_between_processes() -> None:
    block = Block("table", rows=(("a", "b"), ("c",)))
    assert Block.from_json({**block.to_json(), "rows": [["a", "b"], ["c"]]}) == block


def test_pages_are_always_the_same_and_portrait() -> None:
    made = pages([Block("paragraph", "Hello")], Sheet("us-letter"))
    assert made == pages([Block("paragraph", "Hello")], Sheet("us-letter"))
    assert pypdfium2.PdfDocument(made)[0].get_size() == (612, 792)
