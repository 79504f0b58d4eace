"""Documents of any format as pages; e-mails with their attachments."""

from email.message import EmailMessage

import pytest
from tests.unit.disputes.pages import page_text, picture

from disputes.errors import DocumentError
from disputes.exhibits import making
from disputes.exhibits.making import Pages, make_pages
from disputes.exhibits.rows import LogFocus


def pages(filename: str, content: bytes) -> Pages:
    return make_pages(filename, content, "a4", LogFocus())


def mail(*attachments: tuple[str, bytes], text: str = "Hello") -> bytes:
    made = EmailMessage()
    made["From"] = "ana@example.com"
    made.set_content(text)
    for name, content in attachments:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return bytes(made)


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("a.csv", b"time,ip\n2026-09-01,203.0.113.1"),
        ("a.html", b"<table><tr><th>time<th>ip<tr><td>2026-09-01<td>203.0.113.1</table>"),
        ("a.md", b"time ip\\\n2026-09-01 203.0.113.1"),
        ("a.log", b"time ip\n2026-09-01 203.0.113.1"),
        ("a.txt", b"time ip\n2026-09-01 203.0.113.1"),
    ],
)
def test_text_stays_text(filename: str, content: bytes) -> None:
    assert page_text(pages(filename, content).pdf).split() == ["time", "ip", "2026-09-01", "203.0.113.1"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP"])
def test_pictures_of_every_kind_become_pages(kind: str) -> None:
    assert pages("a", picture(40, 40, kind=kind)).count == 1


def test_a_document_with_too_many_pages_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"a\.txt: makes \d+ pages, more than 49"):
        pages("a.txt", b"x\n" * 5_000)


def test_a_mail_lists_its_attachments_which_follow_it() -> None:
    made = pages("a.eml", mail(("p.png", picture(40, 40)), ("all.zip", b"PK\3\4"), ("long.txt", b"x\n" * 60)))
    assert made.count == 4
    assert [(part.filename, part.reason) for part in made.left_out] == [
        ("all.zip", "is an archive. Supply each document inside it as a separate file")
    ]
    assert "p.png: page 2\nlong.txt: pages 3 to 4\nall.zip: not shown" in page_text(made.pdf)


def test_a_list_that_needs_one_more_page_still_names_the_right_pages() -> None:
    made = pages("a.eml", mail(("a.txt", b"attached"), text="x\n" * 40))
    assert "a.txt: page 3" in page_text(made.pdf)
    assert made.count == 3


def test_the_list_of_a_nested_mail_gives_no_page_numbers() -> None:
    inside = mail(("p.png", picture(40, 40)))
    text = page_text(pages("a.eml", mail(("inside.eml", inside))).pdf)
    assert "inside.eml: pages 2 to 3" in text
    assert "p.png: below" in text


def test_nested_mails_are_opened_to_a_limited_depth() -> None:
    content = mail(("x.bin", b"\0\1"), text="level 5")
    for level in (4, 3, 2, 1):
        content = mail((f"{level}.eml", content), text=f"level {level}")
    made = pages("a.eml", content)
    text = page_text(made.pdf)
    assert "level 3" in text
    assert "level 4" not in text
    assert [part.filename for part in made.left_out] == ["1.eml: 2.eml: 3.eml"]
    assert "is an e-mail nested inside 3 others" in made.left_out[0].reason


def test_too_many_attachments_and_too_many_pages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "ATTACHMENTS", 3)
    monkeypatch.setattr(making, "PAGES", 3)
    files = [("1.txt", b"x"), ("2.txt", b"x\n" * 60), ("3.txt", b"x"), ("4.txt", b"x")]
    made = pages("a.eml", mail(*files))
    assert {part.filename: part.reason for part in made.left_out} == {
        "2.txt": "its 2 pages would make the e-mail longer than 3",
        "3.txt": "its 1 pages would make the e-mail longer than 3",
        "4.txt": "the e-mail has more than 3 attachments",
    }


def test_a_hostile_attachment_is_left_out_alone() -> None:
    made = pages("a.eml", mail(("a.pdf", b"%PDF-1.7 x"), ("b.txt", b"fine")))
    assert [part.filename for part in made.left_out] == ["a.pdf"]
    assert "fine" in page_text(made.pdf)
