"""Documents as exhibits, through the isolated process: what is on the pages is what their reader sees."""

import base64
import subprocess
import sys

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String
from tests.unit.disputes.exhibits.pdfs import annotated, field
from tests.unit.disputes.pages import page_text, picture

from disputes.errors import DocumentError
from disputes.exhibits.exhibits import make_exhibit

HEAD = b"From: Ada <ada@example.com>\r\nSubject: Order\r\nMIME-Version: 1.0\r\n"


def shown(filename: str, content: str | bytes) -> str:
    made = make_exhibit("customer_messages", filename, content.encode() if isinstance(content, str) else content)
    return " ".join(page_text(made.pdf).split())


@pytest.mark.parametrize(
    ("filename", "content", "text"),
    [
        (
            "a.html",
            "<meta charset=utf-8><p>$49<sup>99</sup>, 10<sup>3</sup> pieces, CO<sub>2</sub>",
            "$49⁹⁹, 10³ pieces, CO₂",
        ),
        ("a.md", "Area 10^2^ m", "Area 10² m"),
        ("a.html", "<html><style>.h{display:none}</style><p>seen<p class=h>not", "seen"),
        ("a.html", "<html><ol type=a><li>one<li>two</ol><ol type=I start=4><li>three</ol>", "a. one b. two IV. three"),
        ("a.html", "<html><table><tr><th colspan=2>Item<th>Price<tr><td>1<td>Cup<td>$4</table>", "Item Price 1 Cup $4"),
        ("access_log.csv", "\ufeffsep=;\r\nTime;IP\r\n2026-09-01;203.0.113.7\r\n", "Time IP 2026-09-01 203.0.113.7"),
    ],
)
def test_texts(filename: str, content: str, text: str) -> None:
    assert shown(filename, content) == text


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("ISO-8859-1", "cp1252", "I paid € 59,00 – fine"),  # noqa: RUF001
        ("gb2312", "gb18030", "包裹已收到。朱镕基 € 59"),
        ("Shift_JIS", "cp932", "荷物は届きました。①品物"),
        ("ks_c_5601-1987", "cp949", "안녕하세요 홍길똠"),
    ],
)
def test_mails_are_decoded_by_their_labels(label: str, encoding: str, text: str) -> None:
    body = f"Content-Type: text/plain; charset={label}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode()
    assert text in shown("a.eml", HEAD + body + text.encode(encoding))


@pytest.mark.parametrize(
    ("filename", "content"),
    [("a.txt", "Łukasz Wiśniewski, przesyłka dotarła"), ("a.csv", "datum;jméno\n2026-09-05;Jiří Dvořák")],
)
def test_the_encoding_of_an_unlabelled_text_is_never_guessed(filename: str, content: str) -> None:
    with pytest.raises(DocumentError, match=r"text encoding that cannot be determined. Save it as UTF-8"):
        shown(filename, content.encode("cp1250"))


def pictures(pdf: bytes) -> int:
    return sum(1 for page in pypdfium2.PdfDocument(pdf) for _ in page.get_objects(filter=[3]))


def test_pictures_inside_a_text_are_shown() -> None:
    data = base64.b64encode(picture(300, 100)).decode()
    made = make_exhibit(
        "proof_of_delivery", "a.html", f"<html><p>Signature:<img src='data:image/png;base64,{data}'>".encode()
    )
    assert pictures(made.pdf) == 1
    mail = (
        b"Content-Type: multipart/related; boundary=A\r\n\r\n--A\r\nContent-Type: text/html\r\n\r\n<p><img src=cid:s>"
        b"\r\n--A\r\nContent-Type: image/png\r\nContent-ID: <s>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    made = make_exhibit("proof_of_delivery", "a.eml", HEAD + mail + data.encode() + b"\r\n--A--\r\n")
    assert (pictures(made.pdf), made.pages, made.left_out) == (1, 1, ())


def test_a_ticked_box_without_an_appearance_is_drawn(tmp_path) -> None:
    box = field(Name.Yes, kind=Name.Btn, AS=Name.Yes, MK=Dictionary(BC=Array([0]), CA=String("4")))
    box.Rect = Array([60, 600, 80, 620])
    annotated(box, NeedAppearances=True).save(tmp_path / "a.pdf")
    assert shown("a.pdf", (tmp_path / "a.pdf").read_bytes()) == "✔"


def test_a_file_attached_to_a_document_is_named(tmp_path) -> None:
    pdf = annotated(field(String("see attached")))
    pdf.attachments["note.pdf"] = pikepdf.AttachedFileSpec(pdf, b"%PDF-1.7", filename="note.pdf")
    pdf.save(tmp_path / "a.pdf")
    made = make_exhibit("customer_messages", "a.pdf", (tmp_path / "a.pdf").read_bytes())
    assert [(one.filename, one.reason) for one in made.refusals] == [
        ("a.pdf: note.pdf", "is attached to the PDF and not shown. Supply it as a separate document")
    ]


def test_the_same_document_gives_the_same_bytes_in_every_process(tmp_path) -> None:
    (tmp_path / "a.html").write_text(
        "<style>p{color:red;margin:0;font-weight:bold}.a{color:blue;border:0}</style><p class=a><s>x</s> y<sup>2</sup>"
        f"<img src='data:image/png;base64,{base64.b64encode(picture(300, 100)).decode()}'>"
    )
    for name in ("one", "two"):
        command = ["-m", "disputes", "exhibits", str(tmp_path / "a.html"), "--out", str(tmp_path / f"{name}.pdf")]
        subprocess.run([sys.executable, *command], check=True, timeout=120)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
