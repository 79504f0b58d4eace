"""`python -m disputes check`: the auditor finds whatever in a packet is not as it must be."""

import json
import shutil
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from tests.unit.disputes.builders import dispute_json
from tests.unit.disputes.input_files import facts_json, input_folder
from tests.unit.disputes.pages import dispute, everything, exhibit, packet

from disputes.__main__ import main
from disputes.checking.pdf import pdf_problems
from disputes.packet.folder import write_packet

DOCUMENTS = ("proof_of_delivery", "signed_delivery", "order_receipt", "customer_messages")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    write_packet(packet(*(exhibit(name, pages=2) for name in DOCUMENTS)), folder)
    return folder


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "out"))


def findings(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    status, lines = main(["check", str(folder)]), capsys.readouterr().out.splitlines()
    assert status == (6 if lines else 0)
    return lines


def change(folder: Path, **changes: Any) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | changes))


def replace_file(folder: Path, field: str, content: bytes) -> None:
    """Put another file in, and have the manifest say so."""
    (folder / "files" / f"{field}.pdf").write_bytes(content)
    files = json.loads((folder / "manifest.json").read_bytes())["files"]
    files[field] |= {"sha256": sha256(content).hexdigest(), "bytes": len(content)}
    change(folder, files=files)


@pytest.mark.parametrize("reason", ["fraudulent", "product_not_received", "subscription_canceled", "duplicate", "new"])
@pytest.mark.parametrize("product_type", ["physical_product", "digital_product_or_service", None])
def test_a_packet_as_made_has_no_finding(
    reason: str, product_type: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exhibits = [exhibit(name, pages=2) for name in DOCUMENTS]
    write_packet(packet(*exhibits, of=dispute(reason, code=""), held=everything(), product_type=product_type), tmp_path)
    assert findings(tmp_path, capsys) == []


def test_scripts_of_any_direction_are_traced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "شكرا، وصل الطرد 谢谢 Ευχαριστώ 🙂 תודה, merci"
    message = {"at": "2026-09-25T10:00:00Z", "author": "customer", "text": text}
    told = {"product": {"name": "茶壺 Чайник"}, "support": {"messages": [message]}}
    folder = input_folder(tmp_path / "in", {"facts.json": facts_json(told)})
    assert main(["packet", str(folder), "--out", str(tmp_path / "out")]) == 0
    capsys.readouterr()
    assert findings(tmp_path / "out", capsys) == []


def test_a_changed_text_is_found(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fields = json.loads((out / "fields.json").read_bytes())
    fields["uncategorized_text"] = fields.get("uncategorized_text", "") + "\nThe cardholder is known to lie."
    fields |= {"customer_name": "Somebody else"}
    (out / "fields.json").write_text(json.dumps(fields))
    lines = findings(out, capsys)
    assert "uncategorized_text: says what no statement backs: The cardholder is known to lie." in lines
    assert "customer_name: says what no statement backs: Somebody else" in lines
    assert any(line.startswith("customer_name: holds 13 characters that are not the packet's") for line in lines)


def test_a_round_keeps_no_fields_json_and_may_tell_the_network(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (out / "fields.json").unlink()
    assert findings(out, capsys) == []
    card = {"type": "card", "card": {"network": "mastercard"}}
    (out / "dispute.json").write_text(json.dumps(dispute_json(payment_method_details=card)))
    assert findings(out, capsys) == []
    files = json.loads((out / "manifest.json").read_bytes())["files"]
    files["receipt"]["pages"] = 30
    change(out, files=files)
    assert any("pages, more than 19" in line for line in findings(out, capsys))


def test_missing_changed_and_unlisted_files_are_found(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (out / "files" / "receipt.pdf").unlink()
    (out / "files" / "shipping_documentation.pdf").write_bytes(b"no PDF")
    shutil.copy(out / "files" / "uncategorized_file.pdf", out / "files" / "extra.pdf")
    lines = findings(out, capsys)
    assert "receipt: holds no file" in lines
    assert "shipping_documentation: file shipping_documentation could not be read back" in lines
    assert any(line.startswith("shipping_documentation: cannot be read through: ") for line in lines)
    assert "extra: stands in files/ and not in the manifest" in lines


def test_a_letter_that_says_more_than_the_statements_is_found(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    statements = json.loads((out / "manifest.json").read_bytes())["statements"]
    silent = next(one for one in statements if "was delivered" in one["text"])
    change(out, statements=[one for one in statements if one != silent], facts={})
    lines = findings(out, capsys)
    assert any(line.startswith("uncategorized_file: the letter says what no statement backs: ") for line in lines)
    assert any("rests on " in line and line.endswith("which the manifest does not hold") for line in lines)


def test_an_unlisted_field_is_found(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fields = json.loads((out / "fields.json").read_bytes())
    (out / "fields.json").write_text(json.dumps(fields | {"service_date": "1 May 2026"}))
    assert "service_date: stands in fields.json and not in the manifest" in findings(out, capsys)


def test_encryption_and_active_content_are_found(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pdf = pikepdf.open(out / "files" / "receipt.pdf")
    pdf.Root.OpenAction = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
    pdf.Root.AF = pdf.make_indirect(Dictionary(Type=Name.Filespec, EF=Dictionary()))
    pdf.pages[0].obj.Annots = Array([Dictionary(Subtype=Name.Link)])
    pdf.pages[0].obj.Rotate = 90
    pdf.pages[1].obj.MediaBox = Array([0, 0, 841.89, 595.28])
    replace_file(out, "receipt", saved(pdf))
    assert set(findings(out, capsys)) == {
        "receipt: has /OpenAction in its catalogue",
        "receipt: holds an action",
        "receipt: holds an embedded file",
        "receipt: page 1 is turned",
        "receipt: page 1 has annotations",
        "receipt: page 2 measures 842 x 595 points, which is no a4 upright",
    }
    replace_file(out, "receipt", saved(pdf, encryption=pikepdf.Encryption(owner="o", user="")))
    assert "receipt: is encrypted" in findings(out, capsys)
    replace_file(out, "receipt", saved(pdf, encryption=pikepdf.Encryption(owner="o", user="u")))
    assert "receipt: is encrypted" in findings(out, capsys)


def saved(pdf: pikepdf.Pdf, **how: Any) -> bytes:
    out = BytesIO()
    pdf.save(out, **how)
    return out.getvalue()


def page_with(font: Dictionary, content: bytes, *, inside: str = "") -> bytes:
    """A page that shows a text, or whose form XObject of this name does."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595.28, 841.89))
    shown = page.obj
    if inside:
        shown = pikepdf.Stream(pdf, content, Subtype=Name.Form)
        page.obj.Resources = Dictionary(XObject=Dictionary({inside: shown, "/Zagain": shown, "/Image": image(pdf)}))
    shown.Resources = Dictionary(Font=Dictionary(F1=font))
    if not inside:
        shown.Contents = pikepdf.Stream(pdf, content)
    return saved(pdf)


def image(pdf: pikepdf.Pdf) -> pikepdf.Stream:
    return pikepdf.Stream(pdf, b"\0", Subtype=Name.Image, Width=1, Height=1)


def composite() -> Dictionary:
    inner = Dictionary(FontDescriptor=Dictionary(FontFile2=Dictionary()))
    return Dictionary(Subtype=Name.Type0, BaseFont=Name.Noto, DescendantFonts=Array([inner]))


HELVETICA = Dictionary(Subtype=Name.Type1, BaseFont=Name.Helvetica)
STRANGE = Dictionary(Subtype=Name.TrueType, BaseFont=Name.Strange)


@pytest.mark.parametrize(
    ("pdf", "letter_pages", "found"),
    [
        (page_with(HELVETICA, b""), 1, ["page 1 has the font Helvetica not embedded"]),
        (page_with(HELVETICA, b""), 0, []),
        (page_with(STRANGE, b""), 0, ["page 1 has the font Strange not embedded"]),
        (page_with(STRANGE, b"", inside="/Exhibit"), 0, ["page 1 has the font Strange not embedded"]),
        (page_with(HELVETICA, b"", inside="/Exhibit"), 0, []),
        (page_with(HELVETICA, b"", inside="/Caption"), 0, ["page 1 has the font Helvetica not embedded"]),
        (page_with(Dictionary(Subtype=Name.Type3), b""), 1, []),
        (page_with(composite(), b"BT /F1 12 Tf <00010002> Tj [<0003> 5] TJ ET"), 1, []),
        (page_with(composite(), b"BT /F1 12 Tf <00010000> Tj ET"), 1, ["page 1 shows a character without a glyph"]),
        (page_with(composite(), b"BT /F1 12 Tf [5 <0000>] TJ ET"), 1, ["page 1 shows a character without a glyph"]),
        (page_with(composite(), b"BT /F1 12 Tf <0000> Tj ET", inside="/Exhibit"), 0, []),
        (
            page_with(composite(), b"BT /F2 12 Tf <0000> Tj ET"),
            1,
            ["cannot be read through: '/F2'"],
        ),
    ],
)
def test_fonts_are_embedded_and_have_their_glyphs(pdf: bytes, letter_pages: int, found: list[str]) -> None:
    assert pdf_problems(pdf, page_size="a4", letter_pages=letter_pages) == found


def test_what_is_no_packet_is_wrong_input(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (out / "dispute.json").write_text("{}")
    assert main(["check", str(out)]) == 2
    (out / "fields.json").write_text("[]")
    assert main(["check", str(out)]) == 2
    (out / "fields.json").write_text("{")
    assert main(["check", str(out)]) == 2
    assert main(["check", str(tmp_path)]) == 2
    assert main(["check", str(tmp_path / ("x" * 300))]) == 2
    told = capsys.readouterr().err
    assert "dispute.json: is no dispute of Stripe's" in told
    assert "fields.json: is no JSON object" in told
    assert "fields.json: is no JSON: Expecting" in told
    assert "manifest.json: cannot be read: File name too long" in told
    assert "manifest.json: is not there. Name a packet that `disputes packet` has made" in told
