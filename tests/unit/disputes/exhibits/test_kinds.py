"""What a document is."""

import pytest
from tests.unit.disputes.pages import picture

from disputes.errors import DocumentError
from disputes.exhibits.kinds import kind_of

MAIL = b"Received: from x\r\n\tby y\r\nFrom: a@example.com\r\n\r\nHello"


@pytest.mark.parametrize(
    ("filename", "content", "kind"),
    [
        ("a.txt", b"%PDF-1.7", "pdf"),
        ("a", b"junk\n%PDF-1.4 ", "pdf"),
        *((f"a.{kind}", picture(9, 9, kind=kind), "image") for kind in ("JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP")),
        ("a.txt", picture(9, 9), "image"),
        ("a.txt", b"<!-- x -->\n<!DOCTYPE HTML><p>Hi", "html"),
        ("a.htm", b"<p>Hi", "html"),
        ("a.html", "<meta charset=windows-1251><p>Привет".encode("cp1251"), "html"),
        ("a.txt", MAIL, "mail"),
        ("a.eml", b"From: x\n\nHi", "mail"),
        ("a.eml", "Subject: Привет".encode("cp1251"), "mail"),
        ("a.csv", b"a,b\n1,2", "csv"),
        ("a.md", b"# Hi", "markdown"),
        ("a.log", b"2026-09-01 GET /", "log"),
        ("notes", b"BMW is not a bitmap", "text"),
        ("A.TXT", b"Hi", "text"),
        ("a.json", b"{}", "text"),
    ],
)
def test_the_kind_is_decided_by_content_first_then_by_name(filename: str, content: bytes, kind: str) -> None:
    assert kind_of(filename, content) == kind


@pytest.mark.parametrize(
    ("filename", "content", "advice"),
    [
        ("a.txt", b"", "is empty.*again"),
        ("photo.avif", b"\0\0\0\x18ftypavif", "picture in a format.*JPEG or PNG"),
        ("photo.jpg", b"\0\0\0\x18ftypavis", "picture in a format.*JPEG or PNG"),
        ("a.txt", b'<?xml version="1.0"?><svg xmlns="x">', "picture in a format.*JPEG or PNG"),
        ("a.png", b"\0\0\0\x18ftypisom", "audio or video.*stills"),
        ("call.mp3", b"\xff\xfb\x90", "audio or video.*stills"),
        ("call", b"RIFF\0\0\0\0WAVE", "audio or video.*stills"),
        ("call.amr", b"\1\2", "audio or video.*stills"),
        ("a.pdf", b"PK\3\4....[Content_Types].xml", "office document.*Print it to a PDF"),
        ("a.docx", b"PK\3\4", "is an archive.*as a separate file"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office document"),
        ("a.xlsx", b"\1\2", "office document"),
        ("a.tar", b"a" * 257 + b"ustar", "is an archive"),
        ("a.zip", b"PK\5\6", "is an archive"),
        ("a.pdf", b"Hello", "is named .pdf but contains text.*right document"),
        ("a.xyz", b"\0\1\2", "is not a PDF, picture, e-mail or text.*PDF, JPEG, PNG or plain text"),
        ("a.pdf", b"\0\1\2", "is not a PDF, picture, e-mail or text"),
        ("a.txt", b"\0\1\2", "encoding that cannot be determined.*UTF-8"),
        ("a.csv", "Привет".encode("cp1251"), "encoding that cannot be determined.*UTF-8"),
    ],
)
def test_an_unsupported_kind_is_refused_with_what_to_supply(filename: str, content: bytes, advice: str) -> None:
    with pytest.raises(DocumentError, match=advice) as caught:
        kind_of(filename, content)
    assert caught.value.subject == filename
