"""`python -m disputes packet`: a folder becomes a packet, or a message that says what is wrong and where."""

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.unit.disputes.builders import CREATED, charge_json
from tests.unit.disputes.input_files import FACTS, expanded, facts_json, input_folder
from tests.unit.disputes.pages import page_text

from disputes import safe_files
from disputes.__main__ import main
from disputes.case.assembly import assemble
from disputes.commands.input_folder import InputFolder
from disputes.packet.manifest import Manifest
from disputes.response.decision import ClosedRounds
from disputes.rounds import Round, RunId


def run(folder: Path, *more: Any) -> int:
    return main(["packet", str(folder), "--out", str(folder.parent / "out"), *map(str, more)])


def manifest(folder: Path) -> Manifest:
    return Manifest.from_json((folder.parent / "out" / "manifest.json").read_bytes())


def test_the_last_two_lines_say_what_is_recommended_and_who_approves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = input_folder(tmp_path / "in")
    assert run(folder) == 0
    *before, recommended, approval = capsys.readouterr().out.splitlines()
    assert recommended.startswith("Recommended: ")
    assert approval.startswith("Approval: a person, because ")
    assert run(folder, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "sha256": sha256((tmp_path / "out" / "manifest.json").read_bytes()).hexdigest(),
        "report": before,
        "recommended": recommended.partition(": ")[2],
        "approval": approval.partition(": ")[2],
    }


def test_a_folder_becomes_a_packet_with_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = input_folder(tmp_path / "in", {"documents/prof_of_delivery.txt": b"typo", "documents/zzz.txt": b"?"})
    assert run(folder) == 0
    made, out = manifest(folder), tmp_path / "out"
    assert json.loads((out / "fields.json").read_bytes()) == made.fields
    digest = sha256((out / "manifest.json").read_bytes()).hexdigest()
    assert (out / "packet.sha256").read_text() == f"{digest}  manifest.json\n"
    assert made.fields["customer_email_address"] == "a@example.com"
    assert {path.stem for path in (out / "files").iterdir()} == made.files.keys()
    assert [one.document for one in made.files["refund_policy"].exhibits] == ["refund_policy"]
    assert "Refunds within 30 days." in page_text((out / "files" / "refund_policy.pdf").read_bytes())
    report = capsys.readouterr().out
    for line in (
        "Claim: fraudulent (visa 10.4)",
        "Product type: physical_product",
        "customer_messages.avif: is a picture in a format",
        "documents/prof_of_delivery.txt: this claim's playbook does not ask for prof_of_delivery, did you mean proof",
        "documents/zzz.txt: this claim's playbook does not ask for zzz\n",
        "customer_communication (essential): a document ",
        "shipping_date (",
        "uncategorized_file.pdf: ",
        "(letter)",
        f"Packet sha256: {digest}",
    ):
        assert line in report


def test_the_dispute_alone_makes_a_packet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    only = dict.fromkeys(("facts.json", "documents/order_receipt.txt", "documents/proof_of_delivery.txt"))
    only |= dict.fromkeys(("documents/customer_messages.avif", "policies/refund_policy-v3.txt"))
    kept = {"evidence": {"receipt": {"id": "file_1", "size": 10}}}
    bare = {**expanded(reason="general", **kept), "charge": "ch_1", "payment_method_details": None}
    folder = input_folder(tmp_path / "in", {**only, "dispute.json": bare})
    assert run(folder, "--page-size", "us-letter") == 0
    assert manifest(folder).page_size == "us-letter"
    report = capsys.readouterr().out
    assert "not known (no facts.json)" in report
    assert "Kept, already on the dispute:\n  receipt\n" in report
    assert "Refused" not in report
    assert "facts that the template" in report


def test_stripes_lists_are_read_where_the_playbook_asks_for_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier = [charge_json(id="ch_0", created=CREATED - 90 * 86_400, disputed=False)]
    lists = {"prior_charges.json": {"object": "list", "data": earlier}, "invoices.json": []}
    assert run(input_folder(tmp_path / "in", lists)) == 0
    assert "history.prior_undisputed" in manifest(tmp_path / "in").facts
    assert "invoices.json: this claim's playbook does not read it" in capsys.readouterr().out
    assert run(input_folder(tmp_path / "plain", {"prior_charges.json": earlier})) == 0
    assert "history.prior_undisputed" in manifest(tmp_path / "in").facts


def test_a_charge_disputed_at_stripe_is_left_out_though_the_merchant_lists_it_as_undisputed(tmp_path: Path) -> None:
    listed = [
        {"charge": name, "created": "2026-01-10", "amount": 4200, "currency": "usd"}
        for name in ("ch_0", "ch_elsewhere")
    ]
    told = facts_json(FACTS | {"history": {"prior_undisputed": listed}})
    earlier = [charge_json(id="ch_0", created=CREATED - 200 * 86_400)]
    assert run(input_folder(tmp_path / "in", {"facts.json": told, "prior_charges.json": earlier})) == 0
    counted = manifest(tmp_path / "in").facts["history.prior_undisputed"].value
    assert [one["charge"] for one in counted] == ["ch_elsewhere"]


def test_policies_may_be_in_folders_and_a_policy_without_a_version_is_not_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flat = input_folder(tmp_path / "flat")
    assert run(flat) == 0
    made = manifest(flat)
    moved = {"policies/refund_policy-v3.txt": None, "policies/refund_policy/v3.txt": b"Refunds within 30 days."}
    assert run(input_folder(tmp_path / "nested", moved)) == 0
    assert manifest(flat) == made
    unversioned = {"policies/refund_policy-v3.txt": None, "policies/refund_policy.txt": b"Refunds within 30 days."}
    assert run(input_folder(tmp_path / "single", unversioned)) == 0
    assert "refund_policy" not in manifest(flat).files
    assert "policies/refund_policy.txt: not the version in policy.refund_version" in capsys.readouterr().out


def charge(**changes: Any) -> dict[str, Any]:
    return {**expanded(), "charge": {**expanded()["charge"], **changes}}


WRONG = [
    ({"dispute.json": None}, "contains no dispute.json. Save the dispute as Stripe's API returns it"),
    ({"dispute.json": b"{"}, "dispute.json: is not JSON in UTF-8: Expecting"),
    ({"dispute.json": b'{"id": "\\ud800"}'}, "dispute.json: is not JSON in UTF-8: 'utf-8' codec"),
    ({"dispute.json": b"[" * 200_000}, "dispute.json: is not JSON in UTF-8: "),
    ({"dispute.json": b"[]"}, "dispute.json: Input should be a valid dictionary"),
    ({"dispute.json": expanded(amount="much")}, "dispute.json: amount: Input should be a valid integer"),
    ({"dispute.json": expanded(created=10**30)}, "dispute.json: created: Input should be less than"),
    ({"dispute.json": expanded(id="../x")}, "../x__chargeback__1: does not make a valid run id"),
    ({"dispute.json": expanded(evidence={"receipt": {"x": 1}})}, "dispute.json: evidence.receipt"),
    ({"dispute.json": charge(created="today")}, "dispute.json: charge.created: Input should be a valid integer"),
    ({"dispute.json": charge(refunds={"data": [{}]})}, "dispute.json: charge.refunds.data.0.id: Field required"),
    ({"dispute.json": charge(refunds={"data": [], "has_more": True})}, "charge.refunds: is the first page only"),
    ({"dispute.json": charge(outcome={"risk_level": 5.5})}, "ch_1 outcome.risk_level has no usable charge.risk_level"),
    ({"dispute.json": charge(billing_details={"address": {"line1": 5}})}, "not as Stripe's API returns it (Validation"),
    ({"dispute.json": expanded(status="won")}, "du_1: dispute.json: status won takes no evidence"),
    ({"dispute.json": expanded(status="under_review")}, "du_1: dispute.json: status under_review takes no evidence"),
    ({"dispute.json": expanded(evidence_details={"due_by": 0})}, "the bank accepts no answer (due_by is 0)"),
    ({"facts.json": facts_json(charge="ch_2")}, "facts.json: is about ch_2, not about ch_1"),
    ({"facts.json": facts_json({"order": {"idd": "1"}})}, "facts: order.idd is not known, did you mean order.id?"),
    ({"facts.json": facts_json({"order": {"total": "12"}})}, "order.total.value: Input should be a valid integer"),
    ({"facts.json": facts_json({"customer": {"name": "x" * 5_001}})}, "customer_name: "),
    ({"prior_charges.json": {"data": [], "has_more": True}}, "prior_charges.json: is the first page only"),
    ({"prior_charges.json": [{"id": "ch_0"}]}, "prior_charges.json: 0.created: Field required"),
    (
        {"prior_disputes.json": [{"id": "du_0", "charge": "ch_0", "reason": "fraudulent"}]},
        "prior_disputes.json: 0.created: Field required",
    ),
    ({"policies/refund_policy/v3.txt": b"!"}, "refund_policy-v3.txt and refund_policy/v3.txt are the same version"),
    ({"documents/order_receipt.txt": None, "documents/proof_of_delivery.txt": None,
      "documents/customer_messages.avif": None, "documents": b""}, "documents: is not a real folder"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "message"), WRONG)
def test_bad_input_is_named_with_its_place(
    files: dict[str, Any], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(input_folder(tmp_path / "in", files)) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_exactly_one_input_folder_must_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "nowhere") == 2
    assert main(["packet", "--out", str(tmp_path)]) == 2
    assert run(tmp_path, "--input", tmp_path) == 2
    told = capsys.readouterr().err
    assert "nowhere: is not a folder. Name the folder that contains dispute.json" in told
    assert told.count("one input folder is needed") == 2


def test_nothing_outside_the_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    folder = input_folder(tmp_path / "in", {"documents/order_receipt.txt": None})
    documents = folder / "documents"
    (documents / "order_receipt.txt").symlink_to(secret)
    (documents / "order_confirmation").symlink_to(tmp_path)
    os.mkfifo(documents / "prior_orders.txt")
    Path(os.fsdecode(os.fsencode(documents) + b"/delivery_photo-\xff.txt")).write_text("odd")
    (documents / "signed_delivery.txt").write_bytes(b"x" * 2_000)
    monkeypatch.setattr("disputes.commands.input_folder.MAX_BYTES", 1_000)
    assert run(folder) == 0
    reasons = {one.filename: one.reason for one in manifest(folder).refused}
    assert reasons["order_receipt.txt"] == "is a link, which is not followed. Copy the file itself"
    assert reasons["delivery_photo-?.txt"] == "has a name that is not UTF-8. Rename it"
    assert reasons["prior_orders.txt"].startswith("is not a regular file")
    assert reasons["signed_delivery.txt"].startswith("has more than 1000 bytes")


def test_input_that_is_a_link_or_has_too_many_files_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = input_folder(tmp_path / "in")
    (folder / "dispute.json").rename(tmp_path / "d.json")
    (folder / "dispute.json").symlink_to(tmp_path / "d.json")
    assert run(folder) == 2
    assert "dispute.json: is a link, which is not followed" in capsys.readouterr().err
    monkeypatch.setattr(safe_files, "MOST_NAMES", 2)
    assert run(folder) == 2
    assert "documents: contains more than 2 files" in capsys.readouterr().err


def test_a_document_that_disappears_while_it_is_read_is_refused_without_failing_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = input_folder(tmp_path / "in")
    names = safe_files.names_below

    def listed(path: Path) -> list[str]:
        return [*names(path), "signed_delivery.pdf"] if path.name == "documents" else names(path)

    monkeypatch.setattr("disputes.commands.input_folder.names_below", listed)
    assert run(folder) == 0
    assert {one.filename: one.reason for one in manifest(folder).refused}["signed_delivery.pdf"].startswith("is gone")


def test_only_a_packet_is_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = input_folder(tmp_path / "in"), tmp_path / "out"
    assert run(folder) == 0
    (folder / "documents" / "order_receipt.txt").unlink()
    assert run(folder) == 0
    assert not (out / "files" / "receipt.pdf").exists()
    (out / "notes.txt").write_text("mine")
    assert run(folder) == 2
    assert "contains notes.txt, which is not part of a packet" in capsys.readouterr().err
    assert (out / "manifest.json").exists()
    assert main(["packet", str(folder), "--out", str(folder / "facts.json" / "out")]) == 2
    assert "cannot be written: Not a directory" in capsys.readouterr().err


def test_a_packet_is_made_again_from_its_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = input_folder(tmp_path / "in")
    assert run(folder, "--page-size", "us-letter") == 0
    kept = shutil.copy(tmp_path / "out" / "manifest.json", tmp_path / "kept.json")
    again = ["packet", "--from-manifest", str(kept), "--input", str(folder), "--out", str(tmp_path / "again")]
    assert main(again) == 0
    assert (tmp_path / "again" / "manifest.json").read_bytes() == Path(kept).read_bytes()
    Path(kept).write_text(json.dumps(json.loads(Path(kept).read_bytes()) | {"format": 3, "readable_as": 2}, indent=1))
    assert main(again) == 0
    assert (
        "The same packet as the manifest's, but another release wrote that manifest, with the sha256 "
        in capsys.readouterr().out
    )
    changed = facts_json()
    changed["product_type"] = "digital_product_or_service"
    changed["facts"]["product"]["name"]["value"] = "Cup"
    input_folder(folder, {"facts.json": changed})
    assert main(again) == 5
    told = capsys.readouterr().out
    assert "product_type: physical_product in the manifest, digital_product_or_service now" in told
    assert "product_description" in told
    assert "only in the packet made now" in told
    assert main([*again, "--from-manifest", str(tmp_path / "none.json")]) == 2
    assert main([*again, "--from-manifest", str(folder / "facts.json")]) == 2
    assert "facts.json: is not a manifest: " in capsys.readouterr().err


@pytest.mark.slow
def test_the_same_input_gives_the_same_packet_anywhere(tmp_path: Path) -> None:
    seen = set()
    for zone, locale in (("Asia/Tokyo", "tr_TR.UTF-8"), ("America/New_York", "C")):
        place = tmp_path / zone
        folder = input_folder(place / "in")
        paths = os.pathsep.join(sys.path)
        where = {"TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": "random", "PYTHONPATH": paths}
        command = [sys.executable, "-m", "disputes", "packet", str(folder), "--out", "out"]
        subprocess.run(command, env={**os.environ, **where}, cwd=place, check=True, capture_output=True)
        seen |= {tuple(sorted((path.name, path.read_bytes()) for path in (place / "out").rglob("*.*")))}
    assert len(seen) == 1


def test_control_characters_in_the_input_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(input_folder(tmp_path / "in", {"documents/\x1b[2Jx\n.txt": b"?"})) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_characters_that_no_font_has_are_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = facts_json(FACTS | {"product": {"name": "ಚಹಾ Teapot"}})
    assert run(input_folder(tmp_path / "in", {"facts.json": told})) == 0
    assert "Characters that none of our fonts has: empty boxes in the letter:\n  ಚಹಾ\n" in capsys.readouterr().out


def remade(tmp_path: Path, folder: Path, changed: Manifest) -> int:
    """Exit status of making a packet again whose manifest came from a round in Airflow."""
    (tmp_path / "kept.json").write_bytes(changed.to_json())
    kept, again = str(tmp_path / "kept.json"), str(tmp_path / "again")
    return main(["packet", "--from-manifest", kept, "--input", str(folder), "--out", again])


def test_the_recommendation_and_what_is_against_us_are_in_manifest_and_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = facts_json(FACTS | {"support": {"admitted_fault": "We are sorry, our mistake"}})
    folder = input_folder(tmp_path / "in", {"facts.json": told})
    assert run(folder) == 0
    made = manifest(folder)
    assert [one.name for one in made.contradictions] == ["delivered_after_dispute", "admitted_fault"]
    assert made.decision is not None
    assert made.decision.choice == "ask"
    report = capsys.readouterr().out
    for line in (
        "Against us:\n  the goods were delivered on",
        "Recommended: look at the dispute before you decide",
        "Completeness: ",
    ):
        assert line in report


def test_a_packet_decided_from_our_own_rounds_is_made_again_without_their_records(tmp_path: Path) -> None:
    told = facts_json({group: members for group, members in FACTS.items() if group != "shipment"})
    folder = input_folder(tmp_path / "in", {"facts.json": told})
    gathered = InputFolder(folder).gathered()
    closed = ClosedRounds({("fraudulent", of): (30, 3) for of in ("complete", "partial", "poor")})
    round_id = RunId("du_1", Round.CHARGEBACK)
    packet = assemble(gathered, exhibits=(), refused=(), round_id=round_id, page_size="a4", closed=closed)
    assert packet.manifest.decision is not None
    assert (packet.manifest.decision.won, packet.manifest.decision.lost) == (30, 3)
    for name in ("documents", "policies"):
        shutil.rmtree(folder / name)
    assert remade(tmp_path, folder, packet.manifest) == 0
    others = packet.manifest.decision.model_copy(update={"won": 3, "lost": 30})
    assert remade(tmp_path, folder, packet.manifest.model_copy(update={"decision": others})) == 5


def test_a_packet_for_a_claim_chosen_by_a_person_is_made_again_for_that_claim(tmp_path: Path) -> None:
    card = {"brand": "mastercard", "network": "mastercard", "case_type": "chargeback", "network_reason_code": "4853"}
    details = {"payment_method_details": {"type": "card", "card": card}}
    folder = input_folder(tmp_path / "in", {"dispute.json": expanded(reason="product_unacceptable", **details)})
    assert run(folder) == 0
    assert manifest(folder).alternatives
    assert remade(tmp_path, folder, manifest(folder)) == 0
    for name in ("documents", "policies"):
        shutil.rmtree(folder / name)
    gathered = InputFolder(folder).gathered("product_not_received")
    assert (gathered.chosen_claim, gathered.playbook.claim) == ("product_not_received", "product_not_received")
    round_id = RunId("du_1", Round.CHARGEBACK)
    packet = assemble(gathered, exhibits=(), refused=(), round_id=round_id, page_size="a4")
    assert (packet.manifest.claim, packet.manifest.alternatives) == ("product_not_received", ())
    assert remade(tmp_path, folder, packet.manifest) == 0
    assert remade(tmp_path, folder, packet.manifest.model_copy(update={"claim": "duplicate"})) == 2
