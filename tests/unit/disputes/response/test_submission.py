"""Whether a packet may be submitted, and what is sent."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.disputes.builders import CREATED, SHA, dispute, manifest, opening

from disputes.errors import GuardError
from disputes.packet.manifest import Manifest
from disputes.response.idempotency import idempotency_key
from disputes.response.submission import (
    PACKET_KEY,
    SUBMITTED_KEY,
    Verdict,
    answered_round,
    differences,
    evidence,
    find_standing,
    with_kept,
)
from disputes.rounds import Round

DUE_BY = CREATED + 864_000
OTHER = "0a" * 32
STATUSES = (
    "warning_needs_response",
    "warning_under_review",
    "warning_closed",
    "needs_response",
    "under_review",
    "won",
    "lost",
    "prevented",
    "appeal_needs_response",
    "appeal_under_review",
    "a_new_status",
)


def judged(
    *,
    status: str = "needs_response",
    count: int = 0,
    method: str | None = "not_submitted",
    due_by: int | None = DUE_BY,
    metadata: dict[str, Any] | None = None,
    now: int = DUE_BY - 1,
    run_id: str = "du_1__chargeback__1",
) -> Verdict:
    details = {"due_by": due_by, "submission_count": count, "submission_method": method}
    staged = {PACKET_KEY: SHA} if metadata is None else metadata
    read = dispute(status=status, evidence_details=details, metadata=staged)
    return find_standing(read, opening=opening(run_id=run_id), sha256=SHA, now=now).verdict


@pytest.mark.parametrize("due_by", [DUE_BY, None])
def test_a_round_that_is_still_as_it_was_opened_is_ready(due_by: int | None) -> None:
    assert judged(due_by=due_by) is Verdict.READY


@pytest.mark.parametrize("now", [DUE_BY + 1, DUE_BY + 10**6])
def test_a_round_is_late_past_its_deadline(now: int) -> None:
    assert judged(now=now) is Verdict.LATE


def test_a_round_is_ready_until_the_last_second() -> None:
    assert judged(now=DUE_BY) is Verdict.READY


def test_a_round_whose_bank_takes_no_response_is_late_from_the_start() -> None:
    assert judged(due_by=0) is Verdict.LATE


@pytest.mark.parametrize("metadata", [{}, {PACKET_KEY: OTHER}, {PACKET_KEY: ""}])
def test_another_packet_on_the_dispute_is_foreign(metadata: dict) -> None:
    assert judged(metadata=metadata) is Verdict.FOREIGN


@pytest.mark.parametrize("status", ["under_review", "won", "lost", "needs_response", "appeal_needs_response"])
@pytest.mark.parametrize("method", ["manual", None])
def test_our_submission_stays_ours_whatever_the_bank_does_next(status: str, method: str | None) -> None:
    marked = {PACKET_KEY: SHA, SUBMITTED_KEY: SHA}
    assert judged(status=status, count=1, method=method, metadata=marked) is Verdict.OURS


def test_an_appeal_is_ours_although_smart_disputes_answered_the_chargeback() -> None:
    marked, appeal = {PACKET_KEY: SHA, SUBMITTED_KEY: SHA}, {"run_id": "du_1__appeal__1", "method": "smart_disputes"}
    assert judged(status="appeal_needs_response", metadata={PACKET_KEY: SHA}, **appeal) is Verdict.READY
    assert judged(status="appeal_under_review", count=1, metadata=marked, **appeal) is Verdict.OURS
    assert judged(status="appeal_under_review", count=1, metadata={PACKET_KEY: SHA}, **appeal) is Verdict.FOREIGN


def test_our_submission_is_ours_when_the_count_has_not_moved_yet() -> None:
    assert judged(status="under_review", method="manual", metadata={SUBMITTED_KEY: SHA}) is Verdict.OURS


def test_a_submit_that_stripe_did_not_carry_out_leaves_the_round_ready() -> None:
    assert judged(metadata={PACKET_KEY: SHA, SUBMITTED_KEY: SHA}, method="manual") is Verdict.READY


@pytest.mark.parametrize(
    ("method", "metadata"),
    [
        ("manual", {PACKET_KEY: SHA}),  # a click in the Dashboard on what we staged
        ("manual", {PACKET_KEY: OTHER, SUBMITTED_KEY: OTHER}),
        ("manual", {}),
        ("smart_disputes", {PACKET_KEY: SHA, SUBMITTED_KEY: SHA}),
    ],
)
@pytest.mark.parametrize("status", ["under_review", "needs_response"])
def test_somebody_elses_submission_is_foreign(method: str, metadata: dict, status: str) -> None:
    assert judged(status=status, count=1, method=method, metadata=metadata) is Verdict.FOREIGN


@pytest.mark.parametrize("status", [status for status in STATUSES if status not in ("needs_response", "under_review")])
def test_a_packet_is_closed_outside_its_own_round(status: str) -> None:
    assert judged(status=status) is Verdict.CLOSED


def test_a_packet_for_another_dispute_is_closed() -> None:
    assert judged(run_id="du_2__chargeback__1") is Verdict.CLOSED


@given(
    status=st.sampled_from(STATUSES),
    count=st.integers(0, 3),
    method=st.sampled_from(["manual", "not_submitted", "smart_disputes", None]),
    due_by=st.none() | st.sampled_from([0, DUE_BY]),
    metadata=st.fixed_dictionaries(
        {}, optional={key: st.sampled_from([SHA, OTHER, ""]) for key in (PACKET_KEY, SUBMITTED_KEY)}
    ),
    now=st.integers(DUE_BY - 2, DUE_BY + 2),
    run_id=st.sampled_from(["du_1__chargeback__1", "du_1__inquiry__1", "du_1__appeal__2", "du_2__chargeback__1"]),
)
def test_a_round_is_ready_only_when_nothing_speaks_against_it(
    status: str, count: int, method: str | None, due_by: int | None, metadata: dict, now: int, run_id: str
) -> None:
    found = judged(status=status, count=count, method=method, due_by=due_by, metadata=metadata, now=now, run_id=run_id)
    asked = {"warning_needs_response": "inquiry", "needs_response": "chargeback", "appeal_needs_response": "appeal"}
    may = (
        run_id.startswith(f"du_1__{asked.get(status)}__")
        and count == 0
        and (due_by is None or (due_by != 0 and now <= due_by))
        and metadata.get(PACKET_KEY) == SHA
    )
    assert (found is Verdict.READY) is may


@pytest.mark.parametrize(
    ("status", "count", "answered"),
    [
        ("warning_under_review", 1, Round.INQUIRY),
        ("under_review", 1, Round.CHARGEBACK),  # it escalated just before Stripe took our answer
        ("under_review", 2, Round.INQUIRY),  # the chargeback has its own answer
        ("needs_response", 1, Round.INQUIRY),
        ("lost", 1, Round.INQUIRY),
    ],
)
def test_our_answer_that_came_after_an_escalation_answers_the_chargeback(
    status: str, count: int, answered: Round
) -> None:
    read = dispute(status=status, evidence_details={"submission_count": count})
    assert answered_round(read, opening(run_id="du_1__inquiry__1")) is answered


def test_the_evidence_is_complete_and_leaves_out_what_is_kept() -> None:
    assert evidence(manifest(), {"receipt": "file_1"}) == {
        "service_date": "",
        "customer_name": "Zoë Ångström",
        "receipt": "file_1",
    }


def test_evidence_without_an_uploaded_file_is_not_made() -> None:
    with pytest.raises(GuardError, match=r"not uploaded: receipt\. Clear the task upload"):
        evidence(manifest(), {})


def test_only_our_fields_are_compared_and_a_cleared_one_may_be_null_or_empty() -> None:
    sent = {"customer_name": "Zoë", "receipt": "file_1", "service_date": "", "shipping_date": ""}
    held = {"customer_name": "Zoë", "receipt": {"id": "file_1"}, "service_date": None, "shipping_date": "", "kept": "x"}
    assert differences(dispute(evidence=held), sent) == []
    assert differences(dispute(evidence={**held, "customer_name": "Zoe", "service_date": "today"}), sent) == [
        "customer_name",
        "service_date",
    ]
    assert differences(dispute(evidence={}), sent) == ["customer_name", "receipt"]


def test_what_is_kept_can_be_compared_too() -> None:
    made = manifest(kept={"product_description": "from Stripe", "enhanced_evidence": {"visa_compliance": {}}})
    held = {"customer_name": "Zoë Ångström", "receipt": "file_1", **made.kept}
    wanted = with_kept(made, evidence(made, {"receipt": "file_1"}))
    assert differences(dispute(evidence=held), wanted) == []
    assert differences(dispute(evidence=held | {"product_description": "changed"}), wanted) == ["product_description"]


CE3 = {
    "disputed_transaction": {"product_description": "Cup", "shipping_address": {"line1": "1 Main St"}},
    "prior_undisputed_transactions": [{"charge": "ch_a", "customer_email_address": "a@b.c"}, {"charge": "ch_b"}],
}


def enhanced(**changes: Any) -> dict[str, Any]:
    return {"enhanced_evidence": {"visa_compelling_evidence_3": {**CE3, **changes}}}


def test_enhanced_evidence_is_sent_with_the_ordinary_fields() -> None:
    sent = evidence(manifest(structured=enhanced()), {"receipt": "file_1"})
    assert sent == evidence(manifest(), {"receipt": "file_1"}) | enhanced()


@pytest.mark.parametrize("fee", ["visa_compliance", "mastercard_compliance"])
def test_a_fee_is_acknowledged_only_when_a_person_acknowledged_it(fee: str) -> None:
    made = manifest(fee=fee, structured=enhanced())
    assert evidence(made, {"receipt": "file_1"}) == evidence(manifest(structured=enhanced()), {"receipt": "file_1"})
    sent = evidence(made, {"receipt": "file_1"}, fee_acknowledged=True)
    assert sent["enhanced_evidence"] == {**enhanced()["enhanced_evidence"], fee: {"fee_acknowledged": True}}
    assert differences(dispute(evidence=sent), sent) == []
    refused = sent | {"enhanced_evidence": {**sent["enhanced_evidence"], fee: {"fee_acknowledged": False}}}
    assert differences(dispute(evidence=refused), sent) == [f"enhanced_evidence.{fee}.fee_acknowledged"]


def test_no_fee_is_acknowledged_where_there_is_none() -> None:
    ordinary = evidence(manifest(), {"receipt": "file_1"})
    assert evidence(manifest(), {"receipt": "file_1"}, fee_acknowledged=True) == ordinary


def appeal(**changes: Any) -> Manifest:
    exhibit = {"document": "order_receipt", "filename": "a.pdf", "sha256": SHA, "pages": 1}
    files = {
        field: {"name": f"{field}.pdf", "sha256": SHA, "bytes": 9, "pages": pages, "exhibits": [exhibit]}
        for field, pages in (("receipt", 1), ("customer_communication", 1), ("uncategorized_file", 3))
    }
    values = {"round": "appeal", "fields": {"reason_for_filing": "Why."}, "files": files, "kept": {}, "cleared": ()}
    return manifest(**(values | changes))


IDS = {"receipt": "file_1", "customer_communication": "file_2", "uncategorized_file": "file_3"}


def test_an_appeal_is_one_text_and_its_files_with_the_letter_first() -> None:
    card = {"reason_for_filing": "Why.", "supporting_files": ["file_3", "file_2", "file_1"]}
    assert evidence(appeal(), IDS) == {"appeal": {"card": card}}
    again = Manifest.from_json(appeal().to_json())
    assert evidence(again, IDS) == {"appeal": {"card": card}}


def test_an_appeal_without_files_clears_the_files() -> None:
    assert evidence(appeal(files={}), {})["appeal"]["card"]["supporting_files"] == ""


def test_the_files_of_an_appeal_may_be_expanded_and_in_any_order() -> None:
    sent = evidence(appeal(), IDS)
    card: dict[str, Any] = {"reason_for_filing": "Why.", "supporting_files": [{"id": "file_1"}, "file_3", "file_2"]}
    assert differences(dispute(evidence={"appeal": {"card": card}}), sent) == []
    card["supporting_files"] = ["file_1"]
    assert differences(dispute(evidence={"appeal": {"card": card}}), sent) == ["appeal.card.supporting_files"]
    assert differences(dispute(evidence={"appeal": None}), sent) == [
        "appeal.card.reason_for_filing",
        "appeal.card.supporting_files",
    ]


def test_nested_values_that_stripe_adds_are_not_a_difference() -> None:
    added = enhanced(
        disputed_transaction={
            "product_description": "Cup",
            "customer_purchase_ip": "203.0.113.7",
            "shipping_address": {"line1": "1 Main St", "line2": None},
        },
        prior_undisputed_transactions=[
            {"charge": "ch_b", "product_description": "Cup"},
            {"charge": "ch_a", "customer_email_address": "a@b.c", "customer_account_id": None},
        ],
    )
    added["enhanced_evidence"]["visa_compliance"] = {"fee_acknowledged": False}
    assert differences(dispute(evidence=added), enhanced()) == []


LINE1 = {"line1": "1 Main St"}
PRIOR = [{"charge": "ch_a", "customer_email_address": "a@b.c"}, {"charge": "ch_b"}]


@pytest.mark.parametrize(
    ("member", "value", "place"),
    [
        ("disputed_transaction", {"product_description": "Tin", "shipping_address": LINE1}, "product_description"),
        ("disputed_transaction", {"product_description": "Cup", "shipping_address": None}, "shipping_address.line1"),
        ("prior_undisputed_transactions", [{"charge": "ch_a"}, PRIOR[1]], "ch_a.customer_email_address"),
        ("prior_undisputed_transactions", PRIOR[:1], "ch_b.charge"),
        ("prior_undisputed_transactions", [*PRIOR, {"charge": "ch_c"}], ""),
    ],
)
def test_a_nested_difference_is_named_by_its_place(member: str, value: Any, place: str) -> None:
    found = differences(dispute(evidence=enhanced(**{member: value})), enhanced())
    assert found == [f"enhanced_evidence.visa_compelling_evidence_3.{member}.{place}".rstrip(".")]


def test_a_field_can_be_cleared_with_all_its_nested_values() -> None:
    sent = {"enhanced_evidence": ""}
    empty = {"visa_compelling_evidence_3": {"disputed_transaction": {"product_description": None}}}
    for held in (None, "", {}, empty):
        assert differences(dispute(evidence={"enhanced_evidence": held}), sent) == []
    assert differences(dispute(evidence=enhanced()), sent) == ["enhanced_evidence"]


def test_kept_and_sent_values_nested_in_one_field_are_compared_together() -> None:
    kept = {"enhanced_evidence": {"visa_compelling_evidence_3": {"disputed_transaction": {"customer_account_id": "1"}}}}
    made = manifest(kept=kept, structured=enhanced(), files={})
    wanted = with_kept(made, evidence(made, {}))
    assert differences(dispute(evidence=wanted), wanted) == []
    without = wanted | enhanced()
    assert differences(dispute(evidence=without), evidence(made, {})) == []
    assert differences(dispute(evidence=without), wanted) == [
        "enhanced_evidence.visa_compelling_evidence_3.disputed_transaction.customer_account_id"
    ]


WRITES = st.tuples(
    st.text(), st.text(), st.sampled_from(["stage", "submit", "upload-receipt"]), st.text(), st.integers(1, 50)
)


@given(one=WRITES, other=WRITES)
def test_two_writes_share_a_key_only_when_they_are_the_same(one: tuple, other: tuple) -> None:
    assert (idempotency_key(*one) == idempotency_key(*other)) is (one == other)


def test_a_key_is_unique_for_each_write_and_short_enough_for_stripe() -> None:
    writes = product(("du_1", "du_1_"), ("chargeback", "_chargeback"), ("stage", "submit"), (SHA, OTHER), (1, 11))
    keys = [idempotency_key(*write) for write in writes]
    assert len(set(keys)) == 32
    assert max(map(len, keys)) <= 255
