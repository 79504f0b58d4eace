"""Packets with enhanced evidence: made, reported, checked, explained and made again from files."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.disputes.builders import CREATED, charge_json
from tests.unit.disputes.input_files import FACTS, expanded, facts_json, input_folder
from tests.unit.disputes.pages import dispute, packet

from disputes.__main__ import main
from disputes.packet.compelling_evidence import CE3
from disputes.packet.manifest import Manifest

DAY = 86_400
ADDRESS = {"line1": "1 Main St", "city": "Salem", "state": "OR", "postal_code": "97301", "country": "US"}
ORDER = {"amount": 100, "ip": "203.0.113.24", "shipping_address": ADDRESS, "product_description": "Cup"}


def charge(name: str, days: int) -> dict[str, Any]:
    return charge_json(id=name, created=CREATED - days * DAY, disputed=False)


def compelling_folder(path: Path, files: dict[str, Any] | None = None) -> Path:
    """An input that qualifies with `ch_a` and `ch_b`."""
    orders = [{"charge": name, "created": "2026-02-01", **ORDER} for name in ("ch_a", "ch_b")]
    items = [{"description": "Pot"}, {"description": "Lid"}]
    told = FACTS | {
        "product": {"variant": "blue"},
        "order": FACTS["order"] | {"items": items},
        "checkout": {"ip": "203.0.113.24", "shipping_address": ADDRESS},
        "history": {"prior_orders": orders},
    }
    whole = {"facts.json": facts_json(told), "prior_charges.json": [charge("ch_a", 200), charge("ch_b", 250)]}
    return input_folder(path, whole | (files or {}))


@pytest.fixture
def out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["packet", str(compelling_folder(tmp_path / "in")), "--out", str(tmp_path / "out")]) == 0
    return tmp_path / "out"


def read(out: Path) -> Manifest:
    return Manifest.from_json((out / "manifest.json").read_bytes())


def change(out: Path, **changes: Any) -> None:
    path = out / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | changes))


def checked(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    status = main(["check", str(out)])
    found = capsys.readouterr().out
    assert status == (6 if found else 0)
    return found


def test_enhanced_evidence_is_sent_with_the_ordinary_fields_of_a_packet(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = read(out)
    sent = manifest.structured["enhanced_evidence"][CE3]
    assert [one["charge"] for one in sent["prior_undisputed_transactions"]] == ["ch_a", "ch_b"]
    assert sent["disputed_transaction"]["product_description"] == "Pot; Lid"
    assert manifest.fields["customer_purchase_ip"] == "203.0.113.24"
    used = {"checkout.ip", "checkout.shipping_address", "order.items", "charge.created"}
    assert used | {"history.prior_orders", "history.prior_undisputed"} <= manifest.facts.keys()
    report = capsys.readouterr().out
    assert "Visa Compelling Evidence 3.0:\n  qualifies with ch_a and ch_b, which share with this charge" in report


def test_a_packet_made_again_from_its_manifest_is_the_same(out: Path, tmp_path: Path) -> None:
    again = ["packet", "--from-manifest", str(out / "manifest.json"), "--input", str(tmp_path / "in")]
    assert main([*again, "--out", str(tmp_path / "again")]) == 0
    assert read(tmp_path / "again") == read(out)


def test_an_unchanged_packet_with_enhanced_evidence_has_no_finding(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked(out, capsys) == ""


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("customer_purchase_ip", "192.0.2.1"),
        ("product_description", "Pot"),
        ("merchandise_or_services", "services"),
        ("shipping_address", {**ADDRESS, "line1": "2 Side St"}),
        ("customer_account_id", "ada"),
    ],
)
def test_a_value_that_no_fact_supports_is_found(
    member: str, value: Any, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    structured = read(out).structured
    structured["enhanced_evidence"][CE3]["disputed_transaction"][member] = value
    change(out, structured=structured)
    text = value["line1"] if isinstance(value, dict) else value
    place = f"{member}.line1" if isinstance(value, dict) else member
    found = checked(out, capsys)
    # One item alone is a fact too; all of them together are the description.
    assert (f"of disputed_transaction.{place}: has a value that no fact supports: {text}\n" in found) is (
        value != "Pot"
    )


def test_a_value_of_another_charge_is_found(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    structured = read(out).structured
    structured["enhanced_evidence"][CE3]["prior_undisputed_transactions"][0]["charge"] = "ch_c"
    change(out, structured=structured)
    found = checked(out, capsys)
    assert "enhanced_evidence of ch_c.charge: has a value that no fact supports: ch_c" in found
    assert "enhanced_evidence of ch_c.customer_purchase_ip: has a value that no fact supports: 203.0.113.24" in found


def test_each_value_is_explained_with_its_facts(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["explain", "enhanced_evidence", str(out)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Visa Compelling Evidence 3.0 qualifies with ch_a and ch_b")
    assert 'disputed_transaction.customer_purchase_ip = 203.0.113.24\n  checkout.ip = "203.0.113.24" (source: ' in told
    assert "ch_a.customer_purchase_ip = 203.0.113.24\n  history.prior_orders = [" in told
    assert "disputed_transaction.merchandise_or_services = merchandise\ndisputed_transaction" in told


def test_values_that_stripe_filled_in_are_kept_and_only_completed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled_in = {
        "disputed_transaction": {"customer_purchase_ip": "203.0.113.24", "customer_account_id": None},
        "prior_undisputed_transactions": [{"charge": "ch_b", "customer_account_id": "7"}],
    }
    stored = expanded(evidence={"enhanced_evidence": {CE3: filled_in}, "service_date": "1 May"})
    folder = compelling_folder(tmp_path / "in", {"dispute.json": stored})
    assert main(["packet", str(folder), "--out", str(tmp_path / "out")]) == 0
    manifest = read(tmp_path / "out")
    ip = {"customer_purchase_ip": "203.0.113.24"}
    assert manifest.kept["enhanced_evidence"] == {CE3: {**filled_in, "disputed_transaction": ip}}
    sent = manifest.structured["enhanced_evidence"][CE3]
    assert "customer_purchase_ip" not in sent["disputed_transaction"]
    assert {one["charge"]: one.get("customer_account_id") for one in sent["prior_undisputed_transactions"]} == {
        "ch_a": None,
        "ch_b": "7",
    }
    assert checked(tmp_path / "out", capsys) == ""
    assert main(["explain", "enhanced_evidence", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out
    assert f"kept:\n  {CE3}.disputed_transaction.customer_purchase_ip = 203.0.113.24" in told


def test_a_dispute_that_does_not_qualify_is_reported_and_has_its_ordinary_fields(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = compelling_folder(tmp_path / "in", {"prior_charges.json": [charge("ch_a", 200), charge("ch_b", 30)]})
    assert main(["packet", str(folder), "--out", str(tmp_path / "out")]) == 0
    manifest = read(tmp_path / "out")
    assert manifest.structured == {}
    assert manifest.compelling_evidence == (
        "does not qualify: 1 earlier undisputed charges are 120 to 364 days older; two are needed"
    )
    assert manifest.fields["customer_purchase_ip"] == "203.0.113.24"


def test_texts_of_enhanced_evidence_count_among_all_texts_and_pages(tmp_path: Path) -> None:
    long = {"product_description": "cup " * 1_200}
    orders = [{"charge": name, "created": "2026-03-01", **ORDER, **long} for name in ("ch_a", "ch_b")]
    told = FACTS | {"checkout": {"ip": ORDER["ip"], "shipping_address": ADDRESS}, "history": {"prior_orders": orders}}
    folder = compelling_folder(tmp_path / "in", {"facts.json": facts_json(told)})
    assert main(["packet", str(folder), "--out", str(tmp_path / "out")]) == 0
    assert main(["check", str(tmp_path / "out")]) == 0


@pytest.mark.parametrize(("network", "fee"), [("visa", "visa_compliance"), ("mastercard", "mastercard_compliance")])
def test_a_compliance_case_has_a_packet_and_names_the_fee(
    network: str, fee: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = {"brand": network, "network": network, "network_reason_code": "10.4", "case_type": "compliance"}
    stored = expanded(payment_method_details={"type": "card", "card": card}, evidence={"enhanced_evidence": {}})
    folder = compelling_folder(tmp_path / "in", {"dispute.json": stored})
    assert main(["packet", str(folder), "--out", str(tmp_path / "out")]) == 0
    assert f"Network's fee, which a person must acknowledge:\n  {fee}" in capsys.readouterr().out
    manifest = read(tmp_path / "out")
    assert (manifest.claim, manifest.fee, manifest.structured) == ("noncompliant", fee, {})
    assert manifest.compelling_evidence is None
    assert checked(tmp_path / "out", capsys) == ""
    assert main(["explain", "enhanced_evidence", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == f"{fee}: only a person may acknowledge the fee\n"


def test_a_fee_that_is_not_acknowledged_yet_is_not_kept() -> None:
    held = {"enhanced_evidence": {"visa_compliance": {"fee_acknowledged": False}}}
    assert packet(of=dispute("noncompliant", evidence=held)).manifest.kept == {}


def test_nothing_is_explained_without_enhanced_evidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored = expanded(reason="duplicate", payment_method_details={"type": "klarna", "klarna": {}})
    folder = input_folder(tmp_path / "in", {"dispute.json": stored})
    assert main(["packet", str(folder), "--out", str(tmp_path / "out")]) == 0
    assert main(["explain", "enhanced_evidence", str(tmp_path / "out")]) == 1
