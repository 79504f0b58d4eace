"""Other people's words in our Markdown."""

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
def test_other_peoples_words_stay_plain_text(text):
    tokens = READ.parseInline(escape(text))[0].children
    assert {token.type for token in tokens} <= {"text", "text_special"}
    assert "".join(token.content for token in tokens) == text


def test_a_bare_address_does_not_become_a_link():
    assert escape("http://evil.example www.evil.example a@evil.example") == (
        "http\\://evil.example www\\.evil.example a\\@evil.example"
    )


def test_several_lines_become_one():
    assert escape("a\n\n# b\r\n- c") == "a # b - c"


def test_a_pipe_in_other_peoples_words_adds_no_column():
    made = table(("One", "Two"), [("a", escape("b | c"))])
    assert READ.render(made).count("<td>") == 2
    assert table(("One",), []) == ""


def test_a_section_without_text_has_no_title():
    assert section("Left out", "") == ""
    assert section("Left out", list_bullets(["a", "b"])) == "### Left out\n\n- a\n- b"
