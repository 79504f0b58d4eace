"""The packet of an appeal: one text, its files, and a letter that says what it is."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.disputes.builders import CLAIMS
from tests.unit.disputes.input_files import expanded, facts_json, input_folder
from tests.unit.disputes.pages import CHARGE, ORDER, SHIPMENT, dispute, exhibit, facts, packet, page_text

from disputes.__main__ import main
from disputes.errors import LimitError
from disputes.packet.manifest import Manifest
from disputes.packet.packet import Packet
from disputes.packet.text_fields import SUMMARY
from disputes.rounds import Round

DOCUMENTS = ("proof_of_delivery", "order_receipt", "customer_messages")
SAYS_SO = "This is an appeal: the first decision in this dispute was for the cardholder"


def appeal(*exhibits: Any, **more: Any) -> Packet:
    return packet(*exhibits, current=Round.APPEAL, **more)


def made(tmp_path: Path) -> Manifest:
    return Manifest.from_json((tmp_path / "out" / "manifest.json").read_bytes())


def test_an_appeal_has_one_text_and_the_files_of_a_chargeback() -> None:
    exhibits = [exhibit(name) for name in DOCUMENTS]
    before = {"customer_name": "from Stripe", "uncategorized_text": "the first answer", "appeal": None}
    manifest = appeal(*exhibits, of=dispute(evidence=before)).manifest
    assert (manifest.round, manifest.kept, manifest.cleared) == ("appeal", {}, ())
    assert manifest.fields.keys() == {"reason_for_filing"}
    assert manifest.files.keys() == packet(*exhibits).manifest.files.keys()
    assert manifest.completeness.essential.given[0] == "reason_for_filing"


def test_the_text_of_an_appeal_is_the_chargebacks_argument_and_says_that_it_is_an_appeal() -> None:
    first = packet().manifest.fields["uncategorized_text"]
    argument = appeal().manifest.fields["reason_for_filing"]
    asked = "for this dispute to be decided", "for the first decision to be reviewed and for this dispute to be decided"
    assert [line for line in argument.splitlines() if not line.startswith(SAYS_SO)] == first.replace(
        *asked
    ).splitlines()
    assert SAYS_SO in argument


@pytest.mark.parametrize("reason", CLAIMS)
def test_the_letter_of_every_claim_mentions_an_appeal_only_in_an_appeal(reason: str) -> None:
    of = dispute(reason, code="")
    text = page_text(appeal(of=of).files["uncategorized_file"])
    assert text.startswith("Appeal in a dispute")
    assert "This is an appeal" in " ".join(text.split())
    assert "appeal" not in page_text(packet(of=of).files["uncategorized_file"]).casefold()


def test_an_appeal_has_neither_compelling_evidence_nor_a_fee() -> None:
    manifest = appeal(of=dispute("noncompliant", code="10.4")).manifest
    assert (manifest.fee, manifest.structured, manifest.compelling_evidence) == (None, {}, None)
    assert appeal().manifest.compelling_evidence is None


def test_a_long_argument_is_summarised_beside_the_letter() -> None:
    offers = "A new one, or the money back. " * 800
    held = facts(CHARGE, ORDER, SHIPMENT, {"support.offers": offers})
    manifest = appeal(held=held, of=dispute("product_unacceptable", code="13.3")).manifest
    assert manifest.shortened == ()
    assert len(manifest.fields["reason_for_filing"]) <= SUMMARY


def test_the_networks_page_limit_applies_to_an_appeal() -> None:
    with pytest.raises(LimitError, match="pages"):
        appeal(exhibit("proof_of_delivery", pages=19), of=dispute("product_not_received", "mastercard", "4853"))


def test_the_command_makes_and_checks_an_appeal_and_makes_it_again_after_the_round(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = input_folder(tmp_path / "in", {"dispute.json": expanded(status="appeal_needs_response")})
    assert main(["packet", str(folder), "--out", str(tmp_path / "out")]) == 0
    report = capsys.readouterr().out
    assert "round appeal" in report
    assert "customer_communication (essential): a document" in report
    manifest = made(tmp_path)
    assert json.loads((tmp_path / "out" / "fields.json").read_bytes()) == manifest.fields

    assert main(["check", str(tmp_path / "out")]) == 0
    assert main(["explain", "reason_for_filing", str(tmp_path / "out")]) == 0
    assert "the claim fraudulent of du_1, round appeal, as Stripe names them" in capsys.readouterr().out

    input_folder(tmp_path / "in", {"dispute.json": expanded(status="lost"), "facts.json": facts_json()})
    again = ["packet", "--from-manifest", str(tmp_path / "out" / "manifest.json"), "--input", str(folder)]
    assert main([*again, "--out", str(tmp_path / "again")]) == 0


def test_the_chargeback_packet_is_the_same_when_made_again_during_an_appeal(tmp_path: Path) -> None:
    folder = input_folder(tmp_path / "in")
    assert main(["packet", str(folder), "--out", str(tmp_path / "out")]) == 0
    input_folder(tmp_path / "in", {"dispute.json": expanded(status="appeal_needs_response")})
    again = ["packet", "--from-manifest", str(tmp_path / "out" / "manifest.json"), "--input", str(folder)]
    assert main([*again, "--out", str(tmp_path / "again")]) == 0


def test_a_changed_argument_or_a_missing_file_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = input_folder(tmp_path / "in", {"dispute.json": expanded(status="appeal_needs_response")})
    assert main(["packet", str(folder), "--out", str(tmp_path / "out")]) == 0
    (tmp_path / "out" / "fields.json").write_text('{"reason_for_filing": "The cardholder lies."}')
    (tmp_path / "out" / "files" / "receipt.pdf").unlink()
    capsys.readouterr()
    assert main(["check", str(tmp_path / "out")]) == 6
    found = capsys.readouterr().out
    assert "reason_for_filing: has a line that no statement supports: The cardholder lies." in found
    assert "receipt: is not among the files of the appeal" in found
