"""Text that a style sheet adds before or after an element."""

import pytest

from disputes.exhibits.markup import read_html


def shown(styles: str, body: str) -> str:
    page = f"<html><head><meta charset=utf-8><style>{styles}</style></head><body>{body}</body></html>"
    return "|".join("".join(run.text for run in block.runs) for block in read_html(page.encode()))


@pytest.mark.parametrize(
    ("styles", "body", "text"),
    [
        ('.no::after{content:" (cancelled)"}', "<p class=no>Order 7</p>", "Order 7 (cancelled)"),
        (".no:before{content:'Not '}", "<p class=no>paid</p>", "Not paid"),
        ('p::before{content:"a;b: }"}', "<p>x</p>", "a;b: }x"),
        (r'p::before{content:"\201C Ab\000041 c"}', "<p>x</p>", "“AbAcx"),
        ("p::before{content:attr(data-state) ': '}", "<p data-state=REFUNDED>x</p>", "REFUNDED: x"),
        ('p::after,i::before{content:"!"}', "<p>a <i>b</i></p>", "a !b!"),
        ('p::after{content:"yes"} p.x::after{content:none}', "<p class=x>a</p><p>b</p>", "a|byes"),
        ('i, p::after{content:"!"}', "<p>a <i>b</i></p>", "a b!"),
        ('p::after{content:"gone";display:none}', "<p>a</p>", "a"),
        ("p::before{content:counter(n) '. '}", "<p>a</p>", "[added by the style sheet, not shown]. a"),
        ("p::before{content:''} p::after{color:red}", "<p>a</p>", "a"),
        (
            r'p::after{content:"\0 \110000 x\
y"}',
            "<p>a</p>",
            "a\ufffd\ufffdxy",
        ),
        ("b::before{content:open-quote} b::after{content:close-quote !important}", "<p><b>a</b></p>", "“a”"),
        ('@media print{p::after{content:"paper"}}', "<p>a</p>", "a"),
    ],
)
def test_a_reader_sees_what_the_style_sheet_adds(styles: str, body: str, text: str) -> None:
    assert shown(styles, body) == text
