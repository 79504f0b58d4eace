"""`python -m disputes check`: the auditor finds whatever is wrong with a packet."""

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from tests.unit.disputes.builders import dispute_json
from tests.unit.disputes.input_files import facts_json, input_folder
from tests.unit.disputes.pages import CHARGE, ORDER, dispute, everything, exhibit, facts, packet

from disputes.__main__ import main
from disputes.canonical import canonical_json
from disputes.checking.pdf import pdf_problems
from disputes.packet.folder import write_packet

RECEIPT = "Exhibit 3: Order receipt. Proves: Order 1001 was placed. File supplied: order_receipt.pdf"
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
    """Change the manifest, and all that is made of it."""
    content = canonical_json(json.loads((folder / "manifest.json").read_bytes()) | changes)
    (folder / "manifest.json").write_bytes(content)
    (folder / "packet.sha256").write_text(f"{sha256(content).hexdigest()}  manifest.json\n")
    if "fields" in changes:
        (folder / "fields.json").write_text(json.dumps(changes["fields"]))


def held(folder: Path, member: str) -> Any:
    return json.loads((folder / "manifest.json").read_bytes())[member]


def replace_file(folder: Path, field: str, content: bytes) -> None:
    """Put another file in, and have the manifest say so."""
    (folder / "files" / f"{field}.pdf").write_bytes(content)
    files = held(folder, "files")
    files[field] |= {"sha256": sha256(content).hexdigest(), "bytes": len(content)}
    change(folder, files=files)


@pytest.mark.parametrize("reason", ["fraudulent", "product_not_received", "subscription_canceled", "duplicate", "new"])
@pytest.mark.parametrize("product_type", ["physical_product", "digital_product_or_service", None])
def test_an_unchanged_packet_has_no_finding(
    reason: str, product_type: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exhibits = [exhibit(name, pages=2) for name in DOCUMENTS]
    write_packet(packet(*exhibits, of=dispute(reason, code=""), held=everything(), product_type=product_type), tmp_path)
    assert findings(tmp_path, capsys) == []


@pytest.mark.parametrize(
    "text",
    [
        "شكرا، وصل الطرد 谢谢 Ευχαριστώ 🙂 תודה, merci",
        "The parcel for مُحَمَّد بن عبد الله came on the 9th to 18 Elm Street, Burlington, and בִּנְיָמִין of no. 7 took it",
        "กิตติศักดิ์ น้ำทิพย์ Ė̃ja R̃ श्रीमती Nguye\u0302\u0303n",
    ],
)
def test_text_in_scripts_of_any_direction_is_traced(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
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
    assert "uncategorized_text: has a line that no statement supports: The cardholder is known to lie." in lines
    assert "customer_name: has a line that no statement supports: Somebody else" in lines
    assert any(line.startswith("customer_name: has 13 characters that differ from the packet's") for line in lines)


def test_fields_json_may_be_missing_and_dispute_json_decides_the_page_limit(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
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
    assert "receipt: has no file" in lines
    assert "shipping_documentation: file shipping_documentation could not be read back" in lines
    assert any(line.startswith("shipping_documentation: cannot be read to its end: ") for line in lines)
    assert "extra: is in files/ but not in the manifest" in lines


def test_a_letter_that_says_more_than_the_statements_is_found(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    statements = json.loads((out / "manifest.json").read_bytes())["statements"]
    silent = next(one for one in statements if "was delivered" in one["text"])
    change(out, statements=[one for one in statements if one != silent], facts={})
    lines = findings(out, capsys)
    assert any(
        line.startswith("uncategorized_file: the letter has a passage that no statement supports: ") for line in lines
    )
    assert any("rests on " in line and line.endswith("which is not in the manifest") for line in lines)


@pytest.mark.parametrize("reason", ["", "Product_not_RECEIVED"])
def test_a_reason_may_be_written_in_any_way(reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_packet(packet(of=dispute(reason)), tmp_path)
    assert findings(tmp_path, capsys) == []


@pytest.mark.parametrize("more", [b" ", b"\n"])
def test_bytes_added_to_a_manifest_are_found(more: bytes, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (out / "manifest.json").open("ab") as file:
        file.write(more)
    (line,) = findings(out, capsys)
    assert line.startswith("packet.sha256: has the hash ")


def test_no_byte_of_a_manifest_can_be_changed(out: Path) -> None:
    content = (out / "manifest.json").read_bytes()
    for at in range(3, len(content), len(content) // 40):
        (out / "manifest.json").write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert main(["check", str(out)]) in (2, 6)


def test_the_hash_is_read_from_beside_the_manifest_or_from_the_records_of_a_round(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = held(out, "refused")
    digest = (out / "packet.sha256").read_text().split()[0]
    (out / "packet.sha256").unlink()
    assert findings(out, capsys) == ["packet.sha256: is missing"]
    (out / "fields.json").unlink()
    (out / "approvals").mkdir()
    (out / "staged.json").write_text(json.dumps({"packet_sha256": digest}))
    (out / "approvals" / "1-000.json").write_text(json.dumps({"packet_sha256": digest}))
    assert findings(out, capsys) == []
    change(out, refused=[*made, {"document": "receipt", "filename": "x.heic", "reason": "is not a PDF"}])
    assert [line.partition(" has the hash ")[0] for line in findings(out, capsys)] == [
        "staged.json:",
        "approvals/1-000.json:",
    ]


def with_fact(folder: Path, name: str, **changes: Any) -> dict[str, Any]:
    facts = held(folder, "facts")
    return {"facts": facts | {name: facts[name] | changes}}


def with_statement(folder: Path, text: str) -> dict[str, Any]:
    """A sentence that nobody stated, also in a field."""
    fields = held(folder, "fields")
    fields["uncategorized_text"] = f"{text}\n{fields.get('uncategorized_text', '')}".strip()
    return {"fields": fields, "statements": [*held(folder, "statements"), {"text": text, "facts": []}]}


def with_field(folder: Path, **changes: str) -> dict[str, Any]:
    return {"fields": held(folder, "fields") | changes}


def with_exhibit(folder: Path, **changes: Any) -> dict[str, Any]:
    files = held(folder, "files")
    files["receipt"]["exhibits"][0] |= changes
    return {"files": files}


def with_share(folder: Path, **changes: Any) -> dict[str, Any]:
    shares = held(folder, "completeness")
    return {"completeness": shares | {"essential": shares["essential"] | changes}}


CLAIM_WORDS = "The cardholder says that neither the cardholder nor anyone authorised made this purchase."
CUT = {"field": "customer_name", "characters": 90, "kept": 5, "notice": "[Cut]", "continued_in": None}
TAMPERED = [
    (
        lambda of: with_fact(of, "shipment.carrier", value="DHL"),
        "shipping_carrier: is not the fact shipment.carrier: U",
    ),
    (
        lambda of: with_fact(of, "shipment.carrier", value=5),
        "manifest.json: contains an invalid fact: shipment.carrier",
    ),
    (
        lambda of: with_fact(of, "shipment.carrier", source=""),
        "manifest.json: contains an invalid fact: shipment.carr",
    ),
    (lambda of: with_field(of, shipping_carrier="1Z999"), "shipping_carrier: is not the fact shipment.carrier: 1Z999"),
    (lambda of: with_statement(of, "The customer lied."), "manifest.json: “The customer lied.” rests on no fact"),
    (lambda of: {"claim": "duplicate"}, f"manifest.json: “{CLAIM_WORDS}” rests on no fact"),
    (
        lambda _: {"made_with": {"playbooks/x.yaml": "0"}},
        "manifest.json: was made with playbooks/x.yaml, which is missing here",
    ),
    (
        lambda _: {"made_with": {"playbooks/base.yaml": "0"}},
        "manifest.json: was made with another version of playbooks/base.yaml",
    ),
    (lambda of: {"cleared": []}, "service_date: is neither given, kept nor cleared"),
    (lambda of: {"cleared": [*held(of, "cleared"), "receipt"]}, "receipt: is more than one of given, kept and cleared"),
    (lambda of: with_field(of, odd="UPS"), "odd: is not an evidence field of the chargeback round"),
    (lambda of: {"round": "appeal"}, "customer_name: is not an evidence field of the appeal round"),
    (lambda of: with_share(of, given=[]), "manifest.json: lists the wrong essential fields as given"),
    (lambda of: with_share(of, expected=[], given=[]), "is given, but is not among the expected fields"),
    (
        lambda of: with_exhibit(of, filename="other.pdf"),
        "receipt: page 1 is not Exhibit 3: Order receipt. Proves: Order",
    ),
    (lambda of: with_exhibit(of, document="tracking_history"), "receipt: page 2 is not Exhibit 3: Tracking history, p"),
    (lambda of: {"shortened": [CUT]}, "customer_name: is not cut as the manifest says"),
]


@pytest.mark.parametrize(("changes", "found"), TAMPERED)
def test_a_manifest_that_contradicts_itself_is_found(
    changes: Callable[[Path], dict[str, Any]], found: str, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(out, **changes(out))
    assert found in "\n".join(findings(out, capsys))


@pytest.mark.parametrize("code", ["13.3", "13.4", "13.5"])
def test_a_claim_may_be_worded_as_its_network_code_says(
    code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_packet(packet(of=dispute("product_unacceptable", code=code)), tmp_path)
    assert findings(tmp_path, capsys) == []


def test_a_long_file_name_and_a_shortened_text_have_no_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = {"at": "2026-09-03", "action": "watched a lesson. " * 60}
    log = facts(CHARGE, ORDER, {"product.description_as_shown": "A wide bowl. " * 150, "access.entries": [entry] * 60})
    named = exhibit("order_receipt", filename=f"{'receipt ' * 12}.pdf")
    of = dispute("product_unacceptable", code="13.3")
    made = packet(named, of=of, held=log, product_type="digital_product_or_service")
    write_packet(made, tmp_path)
    assert made.manifest.shortened
    assert findings(tmp_path, capsys) == []


def test_a_packet_beside_another_dispute_is_found(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = dispute_json(id="du_2", charge="ch_2", status="warning_needs_response", reason="duplicate")
    other["payment_method_details"]["card"]["network_reason_code"] = "12.6.1"
    (out / "dispute.json").write_text(json.dumps(other))
    assert findings(out, capsys) == [
        "manifest.json: is for du_1, the dispute's is du_2",
        "manifest.json: is for ch_1, the dispute's is ch_2",
        "manifest.json: is for chargeback, the dispute's is inquiry",
        "manifest.json: answers fraudulent, the claim is duplicate",
    ]


def test_an_unlisted_field_is_found(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fields = json.loads((out / "fields.json").read_bytes())
    (out / "fields.json").write_text(json.dumps(fields | {"service_date": "1 May 2026"}))
    assert "service_date: is in fields.json but not in the manifest" in findings(out, capsys)


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
        "receipt: contains an action",
        "receipt: contains an embedded file",
        "receipt: page 1 is turned",
        f"receipt: page 1 is not {RECEIPT}",
        "receipt: page 1 has annotations",
        "receipt: page 2 measures 842 x 595 points, which is not upright a4",
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
            ["cannot be read to its end: '/F2'"],
        ),
    ],
)
def test_fonts_that_are_not_embedded_and_missing_glyphs_are_found(
    pdf: bytes, letter_pages: int, found: list[str]
) -> None:
    assert pdf_problems(pdf, page_size="a4", letter_pages=letter_pages) == found


def test_a_folder_that_is_not_a_packet_is_wrong_input(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (out / "dispute.json").write_text("{}")
    assert main(["check", str(out)]) == 2
    (out / "fields.json").write_text("[]")
    assert main(["check", str(out)]) == 2
    (out / "fields.json").write_text("{")
    assert main(["check", str(out)]) == 2
    assert main(["check", str(tmp_path)]) == 2
    assert main(["check", str(tmp_path / ("x" * 300))]) == 2
    told = capsys.readouterr().err
    assert "dispute.json: does not contain a Stripe dispute" in told
    assert "fields.json: is not a JSON object" in told
    assert "fields.json: is not JSON: Expecting" in told
    assert "manifest.json: cannot be read: File name too long" in told
    assert "manifest.json: is missing. Name a packet that `disputes packet` has made" in told


def test_a_rounds_folder_with_files_named_by_hash_and_a_case_file_is_checked(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("packet.sha256", "fields.json"):
        (out / name).unlink()
    for entry in held(out, "files").values():
        (out / "files" / entry["name"]).rename(out / "files" / f"{entry['sha256']}.pdf")
    (out / "files" / f"{'0' * 64}.pdf").write_bytes(b"of a try that was killed")
    (out / "case.json").write_text(json.dumps({"format": 2, "dispute": dispute_json()}))
    assert findings(out, capsys) == []
    (out / "case.json").write_text(json.dumps({"format": 2, "dispute": dispute_json(id="du_2")}))
    assert findings(out, capsys) == ["manifest.json: is for du_1, the dispute's is du_2"]
    (out / "case.json").write_text(json.dumps({"format": 2}))
    assert main(["check", str(out)]) == 2
    assert "case.json: does not contain a Stripe dispute" in capsys.readouterr().err


def test_a_manifest_of_a_later_release_is_read_or_refused_by_name(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(out, format=3, readable_as=2, sound="none")
    assert findings(out, capsys) == []
    change(out, format=9, readable_as=9)
    assert main(["check", str(out)]) == 2
    assert "manifest.json: is not a manifest: has format 9, this release reads up to 2" in capsys.readouterr().err
