"""Words of others in Markdown of ours."""

import pytest
from markdown_it import MarkdownIt

from disputes.response.markdown import escape, list_bullets, section, table

READ = MarkdownIt("commonmark", {"html": True}).enable("table")


@pytest.mark.parametrize(
    "text",
    [
        "![x](http://evil.example/p.png)",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "a `code` and *more*",
        "see www.evil.example or ann@evil.example",
        "a\\|b",
    ],
)
def test_words_of_others_stay_words(text):
    tokens = READ.parseInline(escape(text))[0].children
    assert {token.type for token in tokens} <= {"text", "text_special"}
    assert "".join(token.content for token in tokens) == text


def test_an_address_is_no_link_where_addresses_alone_become_links():
    assert escape("http://evil.example www.evil.example a@evil.example") == (
        "http\\://evil.example www\\.evil.example a\\@evil.example"
    )


def test_several_lines_become_one():
    assert escape("a\n\n# b\r\n- c") == "a # b - c"


def test_a_column_of_somebody_elses_is_none_of_the_table():
    made = table(("One", "Two"), [("a", escape("b | c"))])
    assert READ.render(made).count("<td>") == 2
    assert table(("One",), []) == ""


def test_without_text_there_is_no_title():
    assert section("Left out", "") == ""
    assert section("Left out", list_bullets(["a", "b"])) == "### Left out\n\n- a\n- b"
