"""HTML and Markdown as blocks."""

import pytest

from disputes.errors import DocumentError
from disputes.exhibits.blocks import Block
from disputes.exhibits.markup import of_html, of_markdown

P, ITEM = "paragraph", "item"


def html(text: str) -> list[Block]:
    return of_html(text.encode())


def test_structure_is_kept() -> None:
    found = html(
        "Before<h1>Terms &amp; more</h1><p>One\n <b>two</b><br>three</p><h3>Then</h3>"
        "<ul><li>a<ol><li>b</li><li>c<p>more</p></li></ol></li><li></li></ul><li>loose</li><hr>"
        "<blockquote>said<blockquote>before</blockquote></blockquote><pre>  x\n   y\n</pre>"
    )
    assert found == [
        Block(P, "Before"),
        Block("heading", "Terms & more", 1),
        Block(P, "One two\nthree"),
        Block("heading", "Then", 3),
        Block(ITEM, "a", 0, "•"),
        Block(ITEM, "b", 1, "1."),
        Block(ITEM, "c", 1, "2."),
        Block(ITEM, "more", 1),
        Block(P, "loose"),
        Block("rule"),
        Block("quote", "said", 1),
        Block("quote", "before", 2),
        Block("verbatim", "  x\n   y"),
    ]


def test_nothing_active_hidden_or_remote_is_left() -> None:
    found = html(
        "<head><title>t</title><style>s{}</style></head><script>alert(1)</script><p hidden>h</p><?php x ?>"
        '<div style="color:red; display : none">h</div><!-- c --><iframe src="https://x">f</iframe>'
        '<a href="javascript:x()">link</a><img src="https://x/1.gif"><img alt=" Logo "><form>form</form>'
    )
    assert found == [Block(P, "link[picture: Logo]"), Block(P, "form")]


def test_a_table_of_data_is_a_table() -> None:
    (found,) = html(
        "<table><tr><th>Item</th><th>Price</th></tr><tr><td>Cup<br>blue</td><td>4.00</td></tr><tr></tr></table>"
    )
    assert found == Block("table", rows=(("Item", "Price"), ("Cup\nblue", "4.00")))


@pytest.mark.parametrize(
    ("table", "texts"),
    [
        (
            "<table role=presentation><tr><td>Cup</td><td>4.00</td></tr><tr><td>a</td><td>b</td></tr></table>",
            ["Cup | 4.00", "a | b"],
        ),
        ("<table><tr><td><table><tr><td>in</td></tr></table></td><td>side</td></tr></table>", ["in", "side"]),
        (f"<table><tr><td>{'x' * 301}</td><td>b</td></tr><tr><td>c</td></tr></table>", ["x" * 301, "b", "c"]),
        ("<table><tr><td>a<br>b</td><td>c</td></tr></table>", ["a\nb", "c"]),
        ("<table><tr><td>a</td></tr><tr><td>b</td></tr></table>", ["a", "b"]),
        ("<table></table>", []),
    ],
)
def test_a_table_that_only_lays_out_is_read_in_order(table: str, texts: list[str]) -> None:
    assert [block.text for block in html(table)] == texts


def test_encodings_come_from_the_document_or_from_outside() -> None:
    russian = "<meta charset='windows-1251'><p>Привет".encode("cp1251")
    assert of_html(russian) == [Block(P, "Привет")]
    assert of_html("<p>Привет".encode("cp1251"), "windows-1251") == [Block(P, "Привет")]
    with pytest.raises(DocumentError, match="encoding"):
        of_html("<p>Привет".encode("cp1251"))


def test_nothing_is_no_block() -> None:
    assert html(" ") == html("<p>\u202e</p>") == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [("<table><tr><td>" * 300 + "x", "nested"), ("<p>word " * 40_000, "more than 150000 characters")],
)
def test_html_without_end_is_refused_early(content: str, problem: str) -> None:
    with pytest.raises(DocumentError, match=problem):
        html(content)


def test_markdown_nested_deep_is_not_left_out() -> None:
    assert [block.text for block in of_markdown(b">" * 60 + b" deep")] == ["deep"]


def test_what_is_nested_without_end_is_refused() -> None:
    with pytest.raises(DocumentError, match="nested"):
        html("<div>" * 5000 + "x")


@pytest.mark.parametrize(
    ("markup", "markers"),
    [
        ("<ol start=5><li>a<li>b</ol>", ["5.", "6."]),
        ("<ol start=0><li>a<li value=7>b<li>c</ol>", ["0.", "7.", "8."]),
        ("<ol start='-1'><li>a<li>b</ol>", ["-1.", "0."]),
        ("<ol start=x><li>a<li value>b</ol>", ["1.", "2."]),
        (f"<ol start={'9' * 5000}><li>a</ol>", ["1."]),
        ("<ul start=5><li value=5>a</ul>", ["•"]),
    ],
)
def test_numbered_items_keep_their_numbers(markup: str, markers: list[str]) -> None:
    assert [block.marker for block in html(markup)] == markers


def test_numbered_clauses_keep_their_numbers_over_a_paragraph() -> None:
    found = of_markdown(b"4. Shipping\n\nBetween them\n\n5. No refunds after 30 days.\n")
    assert [(block.marker, block.text) for block in found if block.kind == ITEM] == [
        ("4.", "Shipping"),
        ("5.", "No refunds after 30 days."),
    ]


def test_markdown() -> None:
    found = of_markdown(
        b"# Terms\n\nA *b* [c](https://x)\n\n1. one\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<script>x</script>\n"
    )
    assert found == [
        Block("heading", "Terms", 1),
        Block(P, "A b c"),
        Block(ITEM, "one", 0, "1."),
        Block("table", rows=(("a", "b"), ("1", "2"))),
    ]
