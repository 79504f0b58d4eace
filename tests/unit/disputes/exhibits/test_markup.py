"""HTML and Markdown as blocks."""

import pytest

from disputes.errors import DocumentError
from disputes.exhibits.blocks import Block, Run
from disputes.exhibits.markup import read_html, read_markdown

P, ITEM = "paragraph", "item"


def html(text: str, **more: object) -> list[Block]:
    return read_html(text.encode(), **more)


def block(kind: str, text: str, level: int = 0, marker: str = "") -> Block:
    return Block(kind, (Run(text),), level, marker)


def test_structure_is_kept() -> None:
    found = html(
        "Before<h1>Terms &amp; more</h1><p>One\n <i>two</i><br>three</p><h3>Then</h3>"
        "<ul><li>a<ol><li>b</li><li>c<p>more</p></li></ol></li><li></li></ul><li>loose</li><hr>"
        "<blockquote>said<blockquote>before</blockquote></blockquote><pre>  x\n   y\n</pre>"
    )
    assert found == [
        block(P, "Before"),
        block("heading", "Terms & more", 1),
        block(P, "One two\nthree"),
        block("heading", "Then", 3),
        block(ITEM, "a", 0, "•"),
        block(ITEM, "b", 1, "1."),
        block(ITEM, "c", 1, "2."),
        block(ITEM, "more", 1),
        block(P, "loose"),
        Block("rule"),
        block("quote", "said", 1),
        block("quote", "before", 2),
        block("verbatim", "  x\n   y"),
    ]


def test_nothing_active_or_hidden_is_left() -> None:
    found = html(
        "<head><title>t</title><style>s{}</style></head><script>alert(1)</script><p hidden>h</p><?php x ?>"
        '<div style="color:red; display : none">h</div><!-- c --><noscript>n</noscript><template>t</template>'
        '<a href="javascript:x()">link</a><img src="https://x/1.gif" width=1><form>form</form><dialog>d</dialog>'
    )
    assert found == [block(P, "link"), block(P, "form")]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<img alt=" Logo ">', "[picture: Logo]"),
        ('<img src="https://x/1.gif">', "[picture not shown]"),
        ('<img src="https://x/1.gif" alt="">x', "x"),
        ("<svg><path d='M0 0'/></svg>", "[drawing not shown]"),
        ("<svg aria-hidden=true></svg>x", "x"),
        ("<video src=x></video>", "[video not shown]"),
        ('<iframe src="https://x">f</iframe>', "[page inside the page not shown]"),
        ("<details><summary>More</summary>text</details>", "More (closed until the reader opens it)\ntext"),
        ("<details open><summary>More</summary>text</details>", "More\ntext"),
        ("<dialog open>said</dialog>", "said"),
        ("<p><q>It arrived</q></p>", "“It arrived”"),
        ("<input type=checkbox checked> I agree <input type=checkbox> News", "☑ I agree ☐ News"),
        ("<input type=radio checked> yes <input type=radio> no", "◉ yes ○ no"),
        ("<input value=Ada><input type=hidden value=h><input type=password value=abc>", "Ada•••"),
        ("<input type=submit value=Pay><input type=submit>", "[Pay]"),
        ("<select><option>a<option selected>b  c</select> <select></select><select><option>d</select>", "b c d"),
        ("<textarea>one\n  two</textarea>", "one\n  two"),
    ],
)
def test_elements_are_shown_as_text_or_named_as_not_shown(markup: str, text: str) -> None:
    assert "\n".join(one.text for one in html(markup)) == text


@pytest.mark.parametrize(
    ("table", "texts"),
    [
        (
            "<table role=presentation><tr><td>Cup</td><td>4.00</td></tr><tr><td>a</td><td>b</td></tr></table>",
            ["Cup | 4.00", "a | b"],
        ),
        ("<table><tr><td><table><tr><td>in</td></tr></table></td><td>side</td></tr></table>", ["in", "side"]),
        ("<table><caption>What</caption><tr><td>a</td></tr></table>", ["What", "a"]),
        (f"<table><tr><td>{'x' * 301}</td><td>b</td></tr><tr><td>c</td></tr></table>", ["x" * 301, "b", "c"]),
        ("<table><tr><td>a<br>b</td><td>c</td></tr></table>", ["a\nb", "c"]),
        ("<table><tr><td>a</td></tr><tr><td>b</td></tr></table>", ["a", "b"]),
        ("<table></table>", []),
    ],
)
def test_a_table_used_only_for_layout_is_read_in_order(table: str, texts: list[str]) -> None:
    assert [block.text for block in html(table)] == texts


def test_cells_stay_under_their_headings_though_one_contains_a_table() -> None:
    inner = "<table><tr><td>Colour</td><td>red</td></tr><tr><td>Size</td><td>M</td></tr></table>"
    whole = f"<table><tr><th>Item</th><th>Price</th></tr><tr><td>Lamp{inner}</td><td>45.00</td></tr></table>"
    (table,) = html(f"<table><tr><td>{whole}</td></tr></table>")
    assert [(cell.column, cell.row, cell.text) for cell in table.cells if cell.column] == [
        (1, 0, "Price"),
        (1, 1, "45.00"),
    ]
    assert [one.kind for one in table.cells[2].blocks] == ["paragraph", "table"]


def test_encodings_come_from_the_document_or_from_outside() -> None:
    russian = "<meta charset='windows-1251'><p>Привет".encode("cp1251")
    assert read_html(russian) == [block(P, "Привет")]
    assert read_html("<p>Привет".encode("cp1251"), "windows-1251") == [block(P, "Привет")]
    with pytest.raises(DocumentError, match="encoding"):
        read_html("<p>Привет".encode("cp1251"))


def test_empty_text_makes_no_block() -> None:
    assert html(" ") == html("<p>\u202e</p>") == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "problem"),
    [("<table><tr><td>" * 300 + "x", "nested too deeply"), ("<p>word " * 40_000, "more than 150000 characters")],
)
def test_oversized_html_is_refused_early(content: str, problem: str) -> None:
    with pytest.raises(DocumentError, match=problem):
        html(content)


def test_deeply_nested_markdown_is_not_left_out() -> None:
    assert [block.text for block in read_markdown(b">" * 60 + b" deep")] == ["deep"]


def test_html_that_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(DocumentError, match="nested too deeply"):
        html("<div>" * 5000 + "x")


def test_numbered_clauses_keep_their_numbers_across_a_paragraph() -> None:
    found = read_markdown(b"4. Shipping\n\nBetween them\n\n5. No refunds after 30 days.\n")
    assert [(block.marker, block.text) for block in found if block.kind == ITEM] == [
        ("4.", "Shipping"),
        ("5.", "No refunds after 30 days."),
    ]


def test_markdown_becomes_blocks() -> None:
    found = read_markdown(
        b"# Terms\n\nA *b* [c](https://x)\n\n1. one\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<script>x</script>\n"
    )
    assert found[:3] == [block("heading", "Terms", 1), block(P, "A b c"), block(ITEM, "one", 0, "1.")]
    assert [(cell.text, cell.is_head) for cell in found[3].cells] == [
        ("a", True),
        ("b", True),
        ("1", False),
        ("2", False),
    ]
    assert found[3].head == 1


def test_markdown_keeps_struck_out_and_raised_text() -> None:
    (found,) = read_markdown(b"Within ~~30 days~~ 14 days, 10^2^ m")
    assert found.runs == (
        Run("Within "), Run("30 days", ("strike",)), Run(" 14 days, 10"), Run("2", ("super",)), Run(" m"),
    )  # fmt: skip
