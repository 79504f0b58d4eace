"""Mails taken apart."""

import base64
import json
from email.message import EmailMessage

import pytest

from disputes.errors import DocumentError
from disputes.exhibits.mail import unpack


def message(**headers: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in {"From": "Ana <ana@example.com>", "Subject": "Größe", **headers}.items():
        made[name] = value
    return made


def taken_apart(mail: EmailMessage | bytes) -> tuple[list[str], dict[str, bytes]]:
    found = json.loads(unpack(mail if isinstance(mail, bytes) else bytes(mail)))
    texts = [block["text"] for block in found["blocks"] if block["kind"] != "rule"]
    return texts, {one["filename"]: base64.b64decode(one["content"]) for one in found["attachments"]}


def test_head_and_text() -> None:
    mail = message(To="shop@example.com", Date="Tue, 1 Sep 2026 10:00:00 +0000")
    mail.set_content("Where is it?\n")
    head = "From: Ana <ana@example.com>\nTo: shop@example.com\nDate: Tue, 01 Sep 2026 10:00:00 +0000\nSubject: Größe"
    assert taken_apart(mail) == ([head, "Where is it?"], {})


def test_what_the_reader_saw_is_the_html() -> None:
    mail = message()
    mail.set_content("plain")
    mail.add_alternative("<h1>Rich</h1><img src=x>", subtype="html")
    assert taken_apart(mail)[0][1:] == ["Rich"]
    empty = message()
    empty.set_content("plain")
    empty.add_alternative("<img src=x>", subtype="html")
    assert taken_apart(empty)[0][1:] == ["plain"]


def test_attachments_of_every_kind_and_no_decoration() -> None:
    inner = message(Subject="inner")
    inner.set_content("inner text")
    mail = message()
    mail.set_content("<p>Hi</p>", subtype="html")
    mail.add_related(b"x" * 10, "image", "gif", cid="<logo>")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="a.pdf")
    mail.add_attachment(b"x" * 20_000, maintype="image", subtype="png", disposition="inline")
    mail.add_attachment("log", filename="a.txt")
    mail.add_attachment(inner)
    texts, attachments = taken_apart(mail)
    assert texts[1:] == ["Hi"]
    assert list(attachments) == ["a.pdf", "attachment 2.png", "a.txt", "attachment 4.eml"]
    assert b"inner text" in attachments["attachment 4.eml"]


def test_text_after_an_attachment_is_text_of_the_mail() -> None:
    mail = message()
    mail.set_content("one")
    mail.add_attachment(b"x", maintype="application", subtype="pdf", filename="a.pdf")
    mail.add_attachment("two")
    del mail.get_payload()[2]["Content-Disposition"]
    assert taken_apart(mail)[0][1:] == ["one", "two"]


def test_broken_mails_are_read_as_far_as_they_go() -> None:
    assert taken_apart(b"From: a@example.com\n\n")[0][1:] == ["The mail has no text of its own."]
    assert taken_apart(b"From: a@example.com\nContent-Type: multipart/mixed\n\nx")[0][1:] == [
        "The mail has no text of its own."
    ]
    russian = "Привет, где заказ".encode("cp1251")
    head = b"From: a@example.com\nContent-Type: text/plain; charset=windows-1251\n\n"
    assert taken_apart(head + russian)[0][1:] == ["Привет, где заказ"]
    broken = b"From: a@example.com\nContent-Type: message/rfc822\nContent-Disposition: attachment\n\n"
    assert list(taken_apart(broken)[1]) == ["attachment 1.eml"]


def test_a_mail_in_japanese_is_read() -> None:
    head = b"From: a@example.com\nContent-Type: text/plain; charset=iso-2022-jp\n\n"
    assert taken_apart(head + "届きました".encode("iso-2022-jp"))[0][1:] == ["届きました"]


def test_a_mark_of_the_encoding_before_a_mail_is_no_part_of_it() -> None:
    assert taken_apart(b"\xef\xbb\xbfFrom: a@example.com\n\nHello")[0] == ["From: a@example.com", "Hello"]


def test_what_is_no_mail_is_refused() -> None:
    with pytest.raises(DocumentError, match="is no mail"):
        unpack(b"Hello")


def test_headers_that_the_parser_trips_over_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def trip(*_: object) -> str:
        raise ValueError

    mail = b"From: a@example.com\nSubject: x\nContent-Type: application/pdf\n\nx"
    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "get_filename", trip)
        assert list(taken_apart(mail)[1]) == ["attachment 1.pdf"]
    monkeypatch.setattr(EmailMessage, "__getitem__", trip)
    with pytest.raises(DocumentError, match="is no mail"):
        unpack(mail)
