"""`python -m disputes explain`: where something in a packet comes from."""

from pathlib import Path

import pytest
from tests.unit.disputes.builders import SHA, manifest
from tests.unit.disputes.pages import dispute, exhibit, packet

from disputes.__main__ import main
from disputes.checking.explaining import explain
from disputes.packet.folder import write_packet

SOURCE = "(source: shop order record; as of 2026-09-01T12:00:00Z)"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explained")
    write_packet(
        packet(
            exhibit("signed_contract", pages=2),
            exhibit("order_receipt"),
            exhibit("proof_of_delivery"),
            of=dispute(evidence={"service_date": "1 May"}),
        ),
        folder,
    )
    return folder


def told(asked: str, out: Path, capsys: pytest.CaptureFixture[str], status: int = 0) -> str:
    assert main(["explain", asked, str(out)]) == status
    return capsys.readouterr().out


def test_a_text_field_is_explained_by_facts_with_source_and_time(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told("shipping_carrier", out, capsys) == f'“UPS”\n  shipment.carrier = "UPS" {SOURCE}\n'


def test_a_sentence_is_found_by_any_part_and_names_the_exhibit_it_cites(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told("DELIVERED   the order", out, capsys)
    assert f'shipment.received_by = "A. Rivera" {SOURCE}' in found
    assert "Exhibit " in found
    assert "proof_of_delivery (proof_of_delivery.pdf), 1 page, in " in found
    assert told("e", out, capsys).count("“") > 3


def test_a_file_field_lists_letter_and_exhibits(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Our letter, " in told("uncategorized_file", out, capsys)
    receipt = told("receipt", out, capsys)
    assert receipt.startswith("receipt.pdf: 1 page, ")
    assert "order_receipt (order_receipt.pdf), 1 page, in receipt, sha256 " in receipt
    assert "Our letter" not in receipt


def test_a_value_that_was_on_the_dispute_before_is_said_to_be_kept(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "service_date was on the dispute before, is not ours, and is kept: 1 May" in told(
        "service_date", out, capsys
    )


def test_a_sentence_that_rests_on_the_claim_says_so(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = told("The cardholder says", out, capsys)
    assert "the claim fraudulent of du_1, round chargeback, as Stripe names them" in said


@pytest.mark.parametrize(
    ("line", "sentences"),
    [
        ("1 September 2026, 12:00 UTC: Order 1001 was placed.", ["Order 1001 was placed."]),
        ("1 Sep 2026, 12:00 Order 1001 was", ["Order 1001 was placed."]),
        ("at the door. 3. Delivery: UPS brought", ["UPS handed it to Ana at the door.", "Delivery: UPS brought it."]),
        ("said at the door. UPS", ["UPS"]),
        ("UPS, which is not a sentence", []),
    ],
)
def test_a_whole_line_is_distinguished_from_the_sentences_in_it(line: str, sentences: list[str]) -> None:
    spoken = ["Order 1001 was placed.", "UPS handed it to Ana at the door.", "Delivery: UPS brought it.", "UPS"]
    made = manifest(statements=[{"text": text, "facts": ["order.id"]} for text in spoken])
    assert [found[1:-1] for found in explain(line, made) if found.startswith("“")] == sentences


def test_the_head_of_the_letter_is_traced_to_the_dispute(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"dispute.amount = 12900 {SOURCE}" in told("Amount disputed: 129.00 USD", out, capsys)


@pytest.mark.parametrize("asked", ["Order receipt 1", "in: RECEIPT", "invoice sent to the customer."])
def test_a_row_of_the_list_of_exhibits_names_the_exhibit(
    asked: str, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "order_receipt (order_receipt.pdf), 1 page, in receipt, sha256 " in told(asked, out, capsys)


@pytest.mark.parametrize("asked", ["no such words", " ", "duplicate_charge_id"])
def test_text_that_is_not_in_the_packet_matches_nothing(
    asked: str, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(asked, out, capsys, status=1) == "Nothing in this packet matches\n"


def test_an_exhibit_in_two_fields_has_one_number_and_a_missing_fact_is_named() -> None:
    entry = {"document": "signed_contract", "filename": "c.pdf", "sha256": SHA, "pages": 1}
    files = {
        name: {"name": f"{name}.pdf", "sha256": SHA, "bytes": 9, "pages": 1, "exhibits": [entry]}
        for name in ("receipt", "customer_signature")
    }
    expected = {"helpful": {"expected": ["customer_signature"]}, "essential": {"expected": ["receipt"]}}
    statement = {"text": "The agreement was signed (Exhibits 1, 2).", "facts": ["contract.signed_at"]}
    held = manifest(files=files, completeness=expected, statements=[statement])
    assert explain("signed", held) == [
        "“The agreement was signed (Exhibits 1, 2).”",
        "  contract.signed_at: not in the manifest",
        f"  Exhibit 1: signed_contract (c.pdf), 1 page, in receipt, customer_signature, sha256 {SHA}",
    ]
