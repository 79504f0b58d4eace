"""What styles hide, strike out and raise, as a browser shows it."""

import pytest

from disputes.exhibits.blocks import Run, Style
from disputes.exhibits.markup import read_html


def text(markup: str) -> str:
    return "\n".join(block.text for block in read_html(markup.encode()))


def runs(markup: str) -> tuple[Run, ...]:
    (block,) = read_html(markup.encode())
    return block.runs


@pytest.mark.parametrize(
    "rule",
    [
        "display:none", "display: none !important", "visibility:hidden", "font-size:0", "font-size: 0px", "opacity:0.0",
        "color:#fff", "color:white;background:#FFFFFF", "color:rgb(254,255,255)", "color: hsl(0, 0%, 100%)",
        "background-color:black", "max-height:0;overflow:hidden", "width:0px;overflow:hidden", "text-indent:-9999px",
        "position:absolute;left:-9999px", "position:absolute;clip:rect(0,0,0,0)",
        "position:absolute;clip-path:inset(50%)",
        "color:transparent", "color:rgba(0, 0, 0, 0)", "color:rgb(0 0 0 / 0%)", "color:#00000000",
        "opacity:.01", "opacity:2%", "filter:opacity(0)", "transform:scale(0)",
    ],
)  # fmt: skip
def test_what_a_class_hides_is_hidden(rule: str) -> None:
    assert text(f"<style>.h {{ {rule} }}</style><p>seen</p><p class=h>not <i>seen</i></p>") == "seen"


@pytest.mark.parametrize(
    "rule",
    [
        "display:block", "visibility:visible", "font-size:1px", "opacity:0.5", "color:#eee", "color:no-colour",
        "color:#fff;background:#000", "color:#fff;background:url(x.png)",
        "color:#fff;background-image:linear-gradient(red,blue)",
        "color:#fff;position:absolute", "overflow:hidden", "height:0", "text-indent:-20px", "left:-9999px",
        "color:inherit",
        "background:transparent", "background:none", "color:rgba(0,0,0,0.5)",
        "opacity:1", "opacity:10%", "filter:opacity(0.5)", "transform:scale(0.5)", "color:#a00",
    ],
)  # fmt: skip
def test_what_no_style_hides_is_shown(rule: str) -> None:
    assert text(f"<style>.h {{ {rule} }}</style><p class=h>seen</p>") == "seen"


def test_letter_case_follows_the_style() -> None:
    turned = "".join(f"<p style='text-transform:{how}'>don't <b>wait</b> Now</p>" for how in ("uppercase", "lowercase"))
    assert text(turned) == "DON'T WAIT NOW\ndon't wait now"
    assert (
        text("<p style='text-transform:capitalize'>don't <b style='text-transform:none'>wait</b></p>") == "Don't wait"
    )


@pytest.mark.parametrize(
    ("markup", "seen"),
    [
        (
            "<style>.h{visibility:hidden}.v{visibility:visible}</style><div class=h>not <b class=v>seen</b></div>",
            "seen",
        ),
        ("<style>.h{font-size:0}.v{font-size:12px}</style><div class=h>not <b class=v>seen</b></div>", "seen"),
        ("<style>.h{font-size:0}.v{font-size:2em}</style><p>x</p><div class=h>not <b class=v>not</b></div>", "x"),
        ("<style>.h{color:transparent}.v{color:#000}</style><div class=h>not <b class=v>seen</b></div>", "seen"),
        ("<style>p{display:none}</style><p style='display:block'>seen</p>", "seen"),
        ("<style>p{display:none!important}</style>x<p style='display:block'>not</p>", "x"),
        ("<style>[hidden]{display:block}</style><p hidden>seen</p>", "seen"),
        ("<style>:root{--c:none}p{display:var(--c)}</style>x<p>not</p>", "x"),
        ("<style media=print>p{display:none}</style><p>seen</p>", "seen"),
        ("<style media='screen, print'>p{display:none}</style>x<p>not</p>", "x"),
        ("<style>@media print{p{display:none}}</style><p>seen</p>", "seen"),
        ("<style>@media screen{i{color:red} p{display:none}} b{display:none}</style>x<p>not</p><b>not</b>", "x"),
        ("<style>@media (max-width:600px){p{display:none}}</style><p>seen</p>", "seen"),
        ("<style>@media screen{p{display:none}</style>x<p>not", "x"),
        ("<body bgcolor=black text=white>seen<font color=black>not</font></body>", "seen"),
        ("<table background=x.png><tr><td style='color:#fff'>seen</table>", "seen"),
        ("<link rel=stylesheet href='https://x/y.css'><p style='color:#fff'>seen</p>", "seen"),
        ("<style>td:nth-child(2){display:none}</style><table><tr><td>a<td>not</table>", "a"),
    ],
)
def test_styles_are_read_as_browsers_read_them(markup: str, seen: str) -> None:
    assert text(markup) == seen


@pytest.mark.parametrize(
    ("markup", "style"),
    [
        ("<s>x</s>", "strike"), ("<del>x</del>", "strike"), ("<strike>x</strike>", "strike"),
        ("<i style='text-decoration:line-through'>x</i>", "strike"),
        ("<i style='text-decoration-line:line-through'>x</i>", "strike"),
        ("<ins>x</ins>", "underline"), ("<i style='text-decoration:underline dotted'>x</i>", "underline"),
        ("<b>x</b>", "bold"), ("<i style='font-weight:700'>x</i>", "bold"),
        ("<sup>x</sup>", "super"), ("<sub>x</sub>", "sub"), ("<i style='vertical-align:super'>x</i>", "super"),
        ("<i style='vertical-align:6px'>x</i>", "super"), ("<i style='vertical-align:-3px'>x</i>", "sub"),
        ("<i style='position:relative;top:-0.5em'>x</i>", "super"),
    ],
)  # fmt: skip
def test_text_styles_are_kept(markup: str, style: Style) -> None:
    assert runs(f"<p>a{markup}</p>") == (Run("a"), Run("x", (style,)))


@pytest.mark.parametrize(
    "markup",
    ["<s style='text-decoration:none'>x</s>", "<b style='font-weight:normal'>x</b>",
     "<i style='vertical-align:0'>x</i>",
     "<i style='vertical-align:baseline'>x</i>", "<i style='vertical-align:middle'>x</i>"],
)  # fmt: skip
def test_a_text_style_can_be_undone(markup: str) -> None:
    assert runs(f"<p>a{markup}</p>") == (Run("ax"),)


@pytest.mark.parametrize(
    ("space", "shown"),
    [("normal", "a b"), ("pre", "a\n  b"), ("pre-wrap", "a\n  b"), ("pre-line", "a\nb"), ("nowrap", "a b")],
)
def test_blanks_and_line_ends_follow_the_style(space: str, shown: str) -> None:
    assert text(f"<p style='white-space:{space}'>a\n  b</p>") == shown


def test_an_element_is_a_block_or_inline_as_its_style_says() -> None:
    assert text("<span style='display:block'>a</span><span style='display:block'>b</span>") == "a\nb"
    assert text("<div style='display:inline'>a</div><div style='display:inline'>b</div>") == "ab"


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<p> a <i> b </i> c </p>", "a b c"), ("<p>a<br> <br> <br>b</p>", "a\n\nb"), ("<p>a <br>b</p>", "a\nb"),
        ("<p>a<pre> </pre></p>", "a"), ("<p>a<img alt=''> b</p>", "a b"),
    ],
)  # fmt: skip
def test_blanks_are_shown_as_browsers_show_them(markup: str, shown: str) -> None:
    assert text(markup) == shown
