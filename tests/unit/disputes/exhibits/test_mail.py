"""E-mails taken apart."""

import base64
import json
from email.message import EmailMessage

import pytest
from tests.unit.disputes.pages import picture

from disputes.errors import DocumentError
from disputes.exhibits.blocks import Block
from disputes.exhibits.mail import unpack


def message(**headers: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in {"From": "Ana <ana@example.com>", "Subject": "Größe", **headers}.items():
        made[name] = value
    return made


def taken_apart(mail: EmailMessage | bytes) -> tuple[list[str], dict[str, bytes]]:
    found = json.loads(unpack(mail if isinstance(mail, bytes) else bytes(mail)))
    blocks = [Block.from_json(block) for block in found["blocks"]]
    texts = [block.text for block in blocks if block.kind != "rule"]
    return texts, {one["filename"]: base64.b64decode(one["content"]) for one in found["attachments"]}


def test_the_head_and_text_of_a_mail_are_shown() -> None:
    mail = message(To="shop@example.com", Date="Tue, 1 Sep 2026 10:00:00 +0000")
    mail.set_content("Where is it?\n")
    head = "From: Ana <ana@example.com>\nTo: shop@example.com\nDate: Tue, 01 Sep 2026 10:00:00 +0000\nSubject: Größe"
    assert taken_apart(mail) == ([head, "Where is it?"], {})


@pytest.mark.parametrize(
    ("headers", "written"),
    [
        ({"Date": "Tue, 1 Sep 2026 10:00:00 +0000"}, "1 September 2026, 10:00 UTC, Ana"),
        ({"From": "ana@example.com", "Date": "soon"}, "ana@example.com"),
        ({"From": "", "Date": "Tue, 1 Sep 2026 10:00:00 -0000"}, "1 September 2026, 10:00 UTC"),
    ],
)
def test_a_mail_says_when_and_by_whom_it_was_written(headers: dict[str, str], written: str) -> None:
    assert json.loads(unpack(bytes(message(**headers))))["written"] == written


def test_the_html_is_shown_unless_it_is_empty() -> None:
    mail = message()
    mail.set_content("plain")
    mail.add_alternative("<h1>Rich</h1>", subtype="html")
    assert taken_apart(mail)[0][1:] == ["Rich"]
    empty = message()
    empty.set_content("plain")
    empty.add_alternative("<img src=x alt=''>", subtype="html")
    assert taken_apart(empty)[0][1:] == ["plain"]


def test_a_text_beside_the_html_that_says_something_else_is_shown_too() -> None:
    mail = message()
    mail.set_content("Nothing came so far. The box was empty. https://shop.example/order")
    mail.add_alternative("<table><tr><td><table><tr><td>Thanks, all good.</td></tr></table></table>", subtype="html")
    texts, attachments = taken_apart(mail)
    assert texts[1:] == ["Thanks, all good."]
    (shown,) = attachments.values()
    assert list(attachments) == ["other text of this mail.txt"]
    assert "The box was empty." in shown.decode("utf-8-sig")


def test_a_text_beside_the_html_that_says_the_same_is_not_shown() -> None:
    mail = message()
    mail.set_content("*Thanks*, all good, see our shop: https://shop.example/order?mail=1\n> Anna")
    mail.add_alternative("<p><b>Thanks</b>, all good, see <a href=x>our shop</a></p><p>Anna</p>", subtype="html")
    assert taken_apart(mail)[1] == {}


def test_attachments_of_every_kind_are_listed() -> None:
    inner = message(Subject="inner")
    inner.set_content("inner text")
    mail = message()
    mail.set_content("<p>Hi</p>", subtype="html")
    mail.add_related(b"x" * 10, "image", "gif", cid="<logo>")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="a.pdf")
    mail.add_attachment(b"x" * 20, maintype="image", subtype="png", disposition="inline")
    mail.add_attachment("log", filename="a.txt")
    mail.add_attachment(inner)
    texts, attachments = taken_apart(mail)
    assert texts[1:] == ["Hi"]
    assert list(attachments) == ["attachment 1.gif", "a.pdf", "attachment 3.png", "a.txt", "attachment 5.eml"]
    assert b"inner text" in attachments["attachment 5.eml"]


def test_a_picture_that_the_text_shows_is_not_an_attachment() -> None:
    mail = message()
    mail.set_content("<p>Hi <img src='cid:a'><img src='https://x/b.png'></p>", subtype="html")
    mail.add_related(picture(40, 40), "image", "png", cid="<a>")
    mail.add_related(picture(40, 40), "image", "png", cid="<b>")
    mail.get_payload()[2]["Content-Location"] = "https://x/b.png"
    mail.add_related(picture(40, 40), "image", "png", cid="<c>")
    (found,) = [block for block in json.loads(unpack(bytes(mail)))["blocks"] if block["kind"] == "paragraph"]
    assert [run["picture"] is not None for run in found["runs"]] == [False, True, True]
    assert list(taken_apart(mail)[1]) == ["attachment 1.png"]


def multipart(kind: str, *parts: str) -> bytes:
    head = f'From: a@example.com\nMIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="A"\n'
    return (head + "".join(f"\n--A\n{part}" for part in parts) + "\n--A--\n").encode()


def test_parts_keep_the_order_of_the_mail() -> None:
    mail = multipart(
        "mixed",
        "Content-Type: text/plain\n\nfirst",
        "Content-Type: text/html\nContent-Disposition: inline\n\n<p>second</p>",
        "Content-Type: application/pdf; name=a.pdf\n\nx",
        "Content-Type: text/plain\nContent-Disposition: inline\n\nthird",
    )
    texts, attachments = taken_apart(mail)
    assert texts[1:] == ["first", "second", "third"]
    assert list(attachments) == ["a.pdf"]


def test_the_last_alternative_that_shows_something_is_shown() -> None:
    mixed = multipart(
        "mixed", "Content-Type: text/html\n\n<p>rich</p>", "Content-Type: application/pdf; name=b.pdf\n\nx"
    )
    for last in ("Content-Type: text/html\n\n<p hidden>x</p>", "Content-Type: text/x-amp-html\n\n<p>amp</p>"):
        mail = multipart(
            "alternative",
            "Content-Type: text/plain\n\nplain",
            mixed.decode().partition("1.0\n")[2].replace('"A"', '"B"').replace("--A", "--B"),
            last,
            "Content-Type: image/png; name=c.png\n\nx",
        )
        texts, attachments = taken_apart(mail)
        assert texts[1:] == ["rich"]
        assert sorted(attachments) == ["b.pdf", "c.png"]


def test_an_attached_text_keeps_the_encoding_that_the_mail_names() -> None:
    head = "Content-Type: text/plain; name=a.txt; charset={}\nContent-Transfer-Encoding: base64\n\n"
    data = base64.encodebytes("Łukasz".encode("iso-8859-2"))
    for label, content in (("iso-8859-2", "\ufeffŁukasz".encode()), ("utf-8", "Łukasz".encode("iso-8859-2"))):
        mail = multipart("mixed", head.format(label) + data.decode())
        assert taken_apart(mail)[1] == {"a.txt": content}


def test_alternatives_without_text_are_attachments() -> None:
    mail = multipart("alternative", "Content-Type: image/png; name=c.png\n\nx")
    assert taken_apart(mail) == (["From: a@example.com", "The e-mail itself has no text."], {"c.png": b"x"})


def test_the_root_of_related_parts_may_come_last_and_bring_its_styles() -> None:
    mail = multipart(
        'related; start="<root>"',
        "Content-Type: text/css\nContent-Location: cid:css\n\n.h{display:none}",
        "Content-Type: text/html\nContent-ID: <root>\n\n<link rel=stylesheet href='cid:css'>seen<p class=h>not</p>",
    )
    texts, attachments = taken_apart(mail)
    assert (texts[1:], attachments) == (["seen"], {})


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_a_mail_inside_a_mail_is_recognised_however_it_is_encoded(encoding: str) -> None:
    inner = b"From: b@example.com\nSubject: inner =\n\nIt arrived\n"
    coded = base64.encodebytes(inner) if encoding == "base64" else inner.replace(b"=", b"=3D")
    head = f"Content-Type: message/rfc822; name=f.eml\nContent-Transfer-Encoding: {encoding}\n\n"
    mail = multipart("mixed", "Content-Type: text/plain\n\nsee below", head + coded.decode())
    assert taken_apart(mail)[1]["f.eml"].strip() == inner.strip()


def test_a_mail_delivery_report_is_shown() -> None:
    mail = multipart(
        "report",
        "Content-Type: text/plain\n\nIt failed",
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nStatus: 5.1.1\n",
    )
    assert "Status: 5.1.1" in "\n".join(taken_apart(mail)[0])


APPOINTMENT = (
    "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nSUMMARY:Massage\nATTENDEE;PARTSTAT=ACCEPTED:mailto:ada@example.com\n"
    "DTSTART:20260912T100000Z\nEND:VEVENT\nEND:VCALENDAR\n"
)


def test_an_appointment_is_shown_once() -> None:
    mail = multipart(
        "mixed",
        "Content-Type: text/calendar; charset=utf-8; method=REPLY\n\n" + APPOINTMENT,
        "Content-Type: application/ics; name=invite.ics\n\n" + APPOINTMENT,
        "Content-Type: text/calendar; name=broken.ics\n\nBEGIN:VCALENDAR",
    )
    texts, attachments = taken_apart(mail)
    assert texts[1:] == [
        "Answer to an invitation\nWhat: Massage\nStarts: 2026-09-12 10:00 UTC\nAttendee: ada@example.com, accepted"
    ]
    assert list(attachments) == ["broken.ics"]


def test_an_appointment_among_alternatives_is_shown_beside_the_text() -> None:
    mail = multipart(
        "alternative", "Content-Type: text/plain\n\nYou are invited", "Content-Type: text/calendar\n\n" + APPOINTMENT
    )
    assert [text.partition("\n")[0] for text in taken_apart(mail)[0][1:]] == [
        "You are invited",
        "Answer to an invitation",
    ]


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        (b"=?gb2312?B?1uzpRrv5?=", "朱镕基"),
        (b"=?iso-8859-1?Q?=80_59?=", "€ 59"),
        ("Größe".encode(), "Größe"),
        (b"=?utf-8?B?R3LDtg==?= =?utf-8?B?w59l?= x", "Größe x"),
        (b"=?utf-8?B?!?=", "=?utf-8?B?!?="),
        (b"=?utf-8?B?a?=", "=?utf-8?B?a?="),
    ],
)
def test_a_head_is_decoded_by_its_labels(subject: bytes, shown: str) -> None:
    mail = b"From: a@example.com\nSubject: " + subject + b"\n\nx"
    assert taken_apart(mail)[0][0] == f"From: a@example.com\nSubject: {shown}"


@pytest.mark.parametrize("subject", ["Łukasz".encode("cp1250"), b"=?us-ascii?Q?=A3ukasz?="])
def test_a_head_whose_encoding_is_not_known_is_refused(subject: bytes) -> None:
    with pytest.raises(DocumentError, match="text encoding"):
        unpack(b"From: a@example.com\nSubject: " + subject + b"\n\nx")


def test_text_after_an_attachment_belongs_to_the_mail() -> None:
    mail = message()
    mail.set_content("one")
    mail.add_attachment(b"x", maintype="application", subtype="pdf", filename="a.pdf")
    mail.add_attachment("two")
    del mail.get_payload()[2]["Content-Disposition"]
    assert taken_apart(mail)[0][1:] == ["one", "two"]


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/encrypted; boundary=b",
        "application/pkcs7-mime; smime-type=enveloped-data",
        "application/x-pkcs7-mime",
    ],
)
def test_an_encrypted_mail_is_refused(kind: str) -> None:
    with pytest.raises(DocumentError, match="is an encrypted e-mail"):
        taken_apart(f"Subject: x\r\nContent-Type: {kind}\r\n\r\nMIAGCSqGSIb3DQ==\r\n".encode())


def test_a_signed_mail_is_accepted() -> None:
    kind = "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"
    assert taken_apart(f"Subject: x\r\nContent-Type: {kind}\r\n\r\nMIAG\r\n".encode())


def test_broken_mails_are_read_as_far_as_possible() -> None:
    assert taken_apart(b"From: a@example.com\n\n")[0][1:] == ["The e-mail itself has no text."]
    assert taken_apart(b"From: a@example.com\nContent-Type: multipart/mixed\n\nx")[0][1:] == [
        "The e-mail itself has no text."
    ]
    russian = "Привет, где заказ".encode("cp1251")
    head = b"From: a@example.com\nContent-Type: text/plain; charset=windows-1251\n\n"
    assert taken_apart(head + russian)[0][1:] == ["Привет, где заказ"]
    broken = b"From: a@example.com\nContent-Type: message/rfc822\nContent-Disposition: attachment\n\n"
    assert list(taken_apart(broken)[1]) == ["attachment 1.eml"]


def test_a_mail_in_japanese_is_read() -> None:
    head = b"From: a@example.com\nContent-Type: text/plain; charset=iso-2022-jp\n\n"
    assert taken_apart(head + "届きました".encode("iso-2022-jp"))[0][1:] == ["届きました"]


def test_a_byte_order_mark_before_a_mail_is_ignored() -> None:
    assert taken_apart(b"\xef\xbb\xbfFrom: a@example.com\n\nHello")[0] == ["From: a@example.com", "Hello"]


def test_a_file_that_is_not_a_mail_is_refused() -> None:
    with pytest.raises(DocumentError, match="is not an e-mail"):
        unpack(b"Hello")


def test_headers_that_the_parser_fails_on_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def trip(*_: object) -> str:
        raise ValueError

    mail = b"From: a@example.com\nSubject: x\nContent-Type: application/pdf\n\nx"
    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "get_filename", trip)
        assert list(taken_apart(mail)[1]) == ["attachment 1.pdf"]
