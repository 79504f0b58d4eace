"""What Stripe has against the manifest."""

from typing import Any

import pytest
from tests.unit.disputes.pages import exhibit, packet

from disputes.checking.audit import audit, file_ids
from disputes.packet.manifest import FileEntry, Manifest, packet_sha256
from disputes.response.submission import PACKET_KEY
from disputes.rounds import Round

PACKET = packet(exhibit("order_receipt"), exhibit("proof_of_delivery"))
CLEARED = tuple(field for field in PACKET.manifest.cleared if field != "refund_policy")
MANIFEST = PACKET.manifest.model_copy(update={"kept": {"refund_policy": "file_kept"}, "cleared": CLEARED})
CONTENTS = {f"file_{field}": content for field, content in PACKET.files.items()}


def held(**changes: Any) -> dict[str, Any]:
    """The dispute as Stripe returns it after the submit."""
    files = {field: f"file_{field}" for field in PACKET.files}
    evidence = {**dict.fromkeys(MANIFEST.cleared), **MANIFEST.fields, **files, **MANIFEST.kept, **changes}
    return {"id": "du_1", "evidence": evidence, "metadata": {PACKET_KEY: hash_of(MANIFEST)}}


def hash_of(manifest: Manifest) -> str:
    return packet_sha256(manifest.to_json())


def problems(dispute: dict[str, Any], contents: dict[str, bytes] = CONTENTS, manifest=MANIFEST) -> list[str]:
    return [str(finding) for finding in audit(dispute, contents, manifest, packet_sha256=hash_of(manifest))]


def test_nothing_is_found_when_stripe_holds_what_was_sent() -> None:
    assert problems(held()) == []


def test_files_may_be_expanded() -> None:
    assert problems(held(receipt={"id": "file_receipt"}, refund_policy={"id": "file_kept"})) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"customer_name": "Anna"}, "customer_name: has 4 characters that differ from the packet's 10"),
        ({"customer_name": None}, "customer_name: has 0 characters"),
        ({"receipt": None}, "receipt: has no file"),
        ({"receipt": "file_other"}, "receipt: file file_other could not be read back"),
        ({"receipt": "file_shipping_documentation"}, "receipt: has another file"),
        ({"refund_policy": "file_new"}, "refund_policy: should have been kept, but has changed"),
        ({"duplicate_charge_id": "ch_9"}, "duplicate_charge_id: should be empty and is not"),
    ],
)
def test_a_difference_is_found(changes: dict[str, Any], problem: str) -> None:
    assert any(found.startswith(problem) for found in problems(held(**changes)))


def test_another_dispute_or_packet_is_found() -> None:
    assert problems({**held(), "id": "du_2"}) == ["dispute: is du_2, the packet is for du_1"]
    assert problems({**held(), "metadata": None})[0].startswith("dispute: metadata has packet None")
    assert "receipt: has no file" in problems({"id": "du_1"})


def test_pages_and_sizes_are_counted_again() -> None:
    entry = MANIFEST.files["receipt"]
    wrong = MANIFEST.model_copy(
        update={"files": {"receipt": FileEntry(**{**entry.model_dump(), "pages": 7, "exhibits": ()})}}
    )
    dispute = {**held(), "metadata": {PACKET_KEY: hash_of(wrong)}}
    assert problems(dispute, manifest=wrong) == ["receipt: has 1 page, the manifest says 7"]
    assert any("files of" in found for found in problems(held(), dict.fromkeys(CONTENTS, bytes(2_000_000))))


APPEAL = packet(exhibit("order_receipt"), exhibit("proof_of_delivery"), current=Round.APPEAL)
APPEAL_CONTENTS = {f"file_{field}": content for field, content in APPEAL.files.items()}


def appealed(**changes: Any) -> dict[str, Any]:
    card = {**APPEAL.manifest.fields, "supporting_files": list(APPEAL_CONTENTS), **changes}
    evidence = {"customer_name": "of the chargeback", "appeal": {"card": card}}
    return {"id": "du_1", "evidence": evidence, "metadata": {PACKET_KEY: hash_of(APPEAL.manifest)}}


def test_the_text_and_files_of_an_appeal_are_compared() -> None:
    assert problems(appealed(), APPEAL_CONTENTS, APPEAL.manifest) == []
    expanded = [{"id": file_id} for file_id in reversed(APPEAL_CONTENTS)]
    assert problems(appealed(supporting_files=expanded), APPEAL_CONTENTS, APPEAL.manifest) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"reason_for_filing": "Because."}, "reason_for_filing: has 8 characters that differ from the packet's"),
        ({"reason_for_filing": "x" * 20_001}, "reason_for_filing: has 20001 characters, more than the limit"),
        ({"supporting_files": []}, "appeal: has 0 files, the packet has 3"),
        ({"supporting_files": None}, "receipt: is not among the files of the appeal"),
        ({"supporting_files": ["file_gone"]}, "appeal: file file_gone could not be read back"),
    ],
)
def test_a_difference_in_an_appeal_is_found(changes: dict[str, Any], problem: str) -> None:
    found = problems(appealed(**changes), APPEAL_CONTENTS, APPEAL.manifest)
    assert any(one.startswith(problem) for one in found)


def test_files_of_an_appeal_are_counted_again() -> None:
    large = APPEAL_CONTENTS | {"file_more": bytes(5_000_000)}
    found = problems(appealed(supporting_files=list(large)), large, APPEAL.manifest)
    assert any(one.startswith("appeal: has files of 50") for one in found)
    assert "appeal: has 4 files, the packet has 3" in found
    assert problems({**appealed(), "evidence": None}, {}, APPEAL.manifest)[0].startswith("reason_for_filing: has 0")


STRUCTURED = {
    "enhanced_evidence": {
        "visa_compelling_evidence_3": {
            "disputed_transaction": {"product_description": "Cup"},
            "prior_undisputed_transactions": [{"charge": "ch_a", "customer_purchase_ip": "203.0.113.7"}],
        }
    }
}
KEPT = {"enhanced_evidence": {"visa_compelling_evidence_3": {"disputed_transaction": {"customer_account_id": "1"}}}}
ENHANCED = MANIFEST.model_copy(update={"structured": STRUCTURED, "kept": KEPT, "fee": "visa_compliance"})


def enhanced(*, account: str = "1", ip: str = "203.0.113.7", fee: Any = True, more: Any = ()) -> dict[str, Any]:
    """The dispute with all of it, the charges in another order and more members than were sent."""
    nested = {
        "visa_compelling_evidence_3": {
            "disputed_transaction": {"product_description": "Cup", "customer_account_id": account, "state": None},
            "prior_undisputed_transactions": [*more, {"customer_purchase_ip": ip, "charge": "ch_a", "state": None}],
        },
        "visa_compliance": {"fee_acknowledged": fee},
    }
    read = held(refund_policy=None, enhanced_evidence=nested)
    return {**read, "metadata": {PACKET_KEY: hash_of(ENHANCED)}}


def test_nothing_is_found_when_nested_values_are_as_sent_and_kept() -> None:
    assert problems(enhanced(), manifest=ENHANCED) == []


CE3 = "enhanced_evidence.visa_compelling_evidence_3"


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"account": "2"}, f"{CE3}.disputed_transaction.customer_account_id: differs from the packet"),
        ({"ip": ""}, f"{CE3}.prior_undisputed_transactions.ch_a.customer_purchase_ip: differs"),
        ({"fee": False}, "enhanced_evidence.visa_compliance.fee_acknowledged: differs"),
        ({"more": [{"charge": "ch_z"}]}, f"{CE3}.prior_undisputed_transactions.ch_z.charge: is not in the packet"),
    ],
)
def test_a_difference_in_a_nested_value_is_found(changes: dict[str, Any], place: str) -> None:
    (found,) = problems(enhanced(**changes), manifest=ENHANCED)
    assert found.startswith(place)


def test_an_acknowledged_fee_that_is_not_in_the_packet_is_found() -> None:
    free = ENHANCED.model_copy(update={"fee": None})
    read = {**enhanced(), "metadata": {PACKET_KEY: hash_of(free)}}
    assert problems(read, manifest=free) == ["enhanced_evidence.visa_compliance.fee_acknowledged: is not in the packet"]


def test_the_files_that_an_audit_needs_are_named() -> None:
    assert file_ids(held(receipt={"id": "file_9"}, shipping_documentation=None), MANIFEST) == [
        "file_9",
        "file_uncategorized_file",
    ]
    assert file_ids(appealed(), APPEAL.manifest) == list(APPEAL_CONTENTS)
    assert file_ids({"evidence": {"appeal": None}}, APPEAL.manifest) == file_ids({}, MANIFEST) == []


def test_texts_over_a_limit_are_found() -> None:
    texts = dict.fromkeys(("product_description", "uncategorized_text"), "x" * 20001)
    assert "product_description: has 20001 characters, more than the limit" in problems(held(**texts))
    assert any(
        "of text, more than" in found for found in problems(held(**dict.fromkeys(MANIFEST.fields, "x" * 20_000)))
    )
