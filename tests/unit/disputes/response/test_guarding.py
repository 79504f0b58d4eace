"""What has to hold before anything final, or overwriting, is done."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.disputes.builders import CREATED, SHA, charge_json, dispute, manifest, opening

from disputes.response.guarding import CHECKS, Operation, Situation, claim_released, refusal
from disputes.response.submission import PACKET_KEY, evidence, with_kept
from disputes.rounds import RunId

NOW = CREATED + 100_000
IDS = {"receipt": "file_1"}
BEFORE = {"product_description": "from Stripe", "customer_name": "Z. Angstrom", "service_date": None}
STAGED = with_kept(manifest(), evidence(manifest(), IDS))
ANSWER = {
    Operation.SUBMIT: "Approve",
    Operation.CLOSE: "Accept the loss",
    Operation.REFUND: "Refund in full",
    Operation.SEND_BACK: "Send back",
}
DECIDED = sorted(ANSWER)
FINAL = [Operation.CLOSE, Operation.REFUND, Operation.SUBMIT]
OVER_EVIDENCE = [Operation.CLOSE, Operation.REFUND, Operation.STAGE]


def situation(operation: Operation, **changes: Any) -> Situation:
    """A situation in which the operation may be done."""
    held = {
        "evidence": STAGED,
        "metadata": {PACKET_KEY: SHA},
        "is_charge_refundable": True,
        "charge": charge_json(),
    }
    values = {
        "run": RunId.parse("du_1__chargeback__1"),
        "dag_id": "respond_fraudulent",
        "run_id": "du_1__chargeback__1",
        "dispute": dispute(**held),
        "newest": RunId.parse("du_1__chargeback__1"),
        "now": NOW,
        "opening": opening(),
        "gathered": dispute(evidence=BEFORE, charge=charge_json()),
        "manifest": manifest(),
        "sha256": SHA,
        "file_ids": IDS,
        "decision": {"choice": ANSWER.get(operation, ""), "packet_sha256": SHA},
    }
    return Situation(**(values | changes))


def refused(operation: Operation, found: Situation) -> str | None:
    told = refusal(operation, found, answer=ANSWER.get(operation, ""))
    return told and f"{told.problem}. {told.remedy}"


def held(**changes: Any) -> Any:
    """The dispute as it is in :func:`situation`, with changes."""
    found = situation(Operation.STAGE).dispute
    return found.model_copy(update=changes)


@pytest.mark.parametrize("operation", Operation)
def test_everything_may_be_done_while_nothing_changed_since_it_was_gathered_and_staged(operation: Operation) -> None:
    assert refused(operation, situation(operation)) is None


@pytest.mark.parametrize("operation", Operation)
def test_a_run_of_another_id_may_do_nothing(operation: Operation) -> None:
    twin = situation(operation, run_id="manual__2026-11-28")
    assert "this is run manual__2026-11-28, which is not du_1__chargeback__1" in str(refused(operation, twin))


@pytest.mark.parametrize("operation", Operation)
def test_a_run_of_another_dag_may_do_nothing(operation: Operation) -> None:
    other = situation(operation, dag_id="respond_general")
    assert "is answered by respond_fraudulent" in str(refused(operation, other))


@pytest.mark.parametrize("operation", Operation)
def test_nothing_may_be_done_after_our_own_submission(operation: Operation) -> None:
    submitted = situation(operation, receipt={"response": "du_1__chargeback__2"})
    assert "answered by du_1__chargeback__2" in str(refused(operation, submitted))


@pytest.mark.parametrize("operation", [one for one in Operation if one is not Operation.UNSTAGE])
@pytest.mark.parametrize("newest", ["du_1__chargeback__2", "du_1__appeal__1"])
def test_an_earlier_revision_may_only_remove_its_packet(operation: Operation, newest: str) -> None:
    found = situation(operation, newest=RunId.parse(newest))
    assert f"{newest} now answers this dispute" in str(refused(operation, found))
    assert refused(Operation.UNSTAGE, found) is None


@pytest.mark.parametrize("operation", DECIDED)
@pytest.mark.parametrize("decision", [None, {}, {"choice": "Leave to a person", "packet_sha256": SHA}])
def test_a_final_operation_needs_its_own_decision(operation: Operation, decision: Any) -> None:
    assert f"was decided, not {ANSWER[operation]}" in str(refused(operation, situation(operation, decision=decision)))


@pytest.mark.parametrize("operation", DECIDED)
def test_a_decision_on_another_packet_does_not_count(operation: Operation) -> None:
    decision = {"choice": ANSWER[operation], "packet_sha256": "0a" * 32}
    assert "nobody has decided on this packet" in str(refused(operation, situation(operation, decision=decision)))


@pytest.mark.parametrize("operation", [Operation.STAGE, *FINAL])
@pytest.mark.parametrize("status", ["under_review", "warning_needs_response", "lost", "won", "appeal_needs_response"])
def test_only_an_open_round_is_acted_on(operation: Operation, status: str) -> None:
    assert refused(operation, situation(operation, dispute=held(status=status)))


@pytest.mark.parametrize("operation", [Operation.STAGE, *FINAL])
def test_a_round_that_somebody_has_answered_is_left_alone(operation: Operation) -> None:
    details = held().evidence_details.model_copy(update={"submission_count": 1})
    assert refused(operation, situation(operation, dispute=held(evidence_details=details)))


@pytest.mark.parametrize("operation", [Operation.STAGE, *FINAL])
def test_a_round_that_was_not_claimed_is_left_alone(operation: Operation) -> None:
    assert "Clear the task gather" in str(refused(operation, situation(operation, opening=None)))


@pytest.mark.parametrize("operation", [Operation.STAGE, *FINAL])
@pytest.mark.parametrize("change", [{"amount": 4100}, {"reason": "general"}, {"currency": "eur"}])
def test_a_case_that_changed_since_it_was_gathered_needs_the_next_revision(
    operation: Operation, change: dict[str, Any]
) -> None:
    found = situation(operation, dispute=held(**change))
    assert "has changed since it was gathered" in str(refused(operation, found))
    assert "revision 2" in str(refused(operation, found))


@pytest.mark.parametrize("operation", [Operation.STAGE, Operation.SUBMIT])
def test_a_refund_made_since_the_case_was_gathered_stops_the_operation(operation: Operation) -> None:
    charge = held().charge.model_copy(update={"amount_refunded": 100})
    assert "refunded is 100, was 0" in str(refused(operation, situation(operation, dispute=held(charge=charge))))


@pytest.mark.parametrize("operation", [Operation.STAGE, *FINAL])
def test_a_round_that_was_not_gathered_is_left_alone(operation: Operation) -> None:
    assert "has not been gathered" in str(refused(operation, situation(operation, gathered=None)))


@pytest.mark.parametrize("operation", OVER_EVIDENCE)
@pytest.mark.parametrize("field", ["customer_name", "product_description", "service_date", "refund_policy"])
def test_a_field_that_a_person_has_changed_is_never_overwritten(operation: Operation, field: str) -> None:
    changed = held(evidence={**STAGED, field: "A person's own words"})
    assert f"since it was gathered: {field}" in str(refused(operation, situation(operation, dispute=changed)))


@pytest.mark.parametrize("operation", OVER_EVIDENCE)
@pytest.mark.parametrize("evidence_now", [BEFORE, STAGED, {**STAGED, "customer_name": "Z. Angstrom"}])
def test_earlier_values_and_our_staged_values_are_not_taken_for_a_persons_changes(
    operation: Operation, evidence_now: dict[str, Any]
) -> None:
    assert refused(operation, situation(operation, dispute=held(evidence=evidence_now))) is None


@pytest.mark.parametrize("operation", OVER_EVIDENCE)
@pytest.mark.parametrize("missing", [{"file_ids": {}}, {"manifest": None}])
def test_before_the_upload_nothing_on_the_dispute_is_ours(operation: Operation, missing: dict[str, Any]) -> None:
    found = situation(operation, dispute=held(evidence=BEFORE), **missing)
    assert refused(operation, found) is None
    assert "customer_name" in str(refused(operation, replace(found, dispute=held())))


ENHANCED = {"enhanced_evidence": {"visa_compliance": {"fee_acknowledged": False, "note": "theirs"}}}


def test_nested_values_that_a_person_added_or_removed_are_noticed() -> None:
    gathered = dispute(evidence={**BEFORE, **ENHANCED}, charge=charge_json())
    found = situation(Operation.STAGE, gathered=gathered, dispute=held(evidence={**STAGED, **ENHANCED}))
    assert refused(Operation.STAGE, found) is None
    for changed in ({}, {"visa_compliance": {"note": "other"}}, {"visa_compliance": {"note": "theirs", "more": "1"}}):
        touched = held(evidence={**STAGED, "enhanced_evidence": changed})
        assert "enhanced_evidence" in str(refused(Operation.STAGE, replace(found, dispute=touched)))


@pytest.mark.parametrize("field", ["customer_name", "product_description", "receipt"])
def test_only_the_packet_as_it_was_approved_is_submitted(field: str) -> None:
    found = situation(Operation.SUBMIT, dispute=held(evidence={**STAGED, field: "other"}))
    assert f"what is staged is not what was approved: {field}" in str(refused(Operation.SUBMIT, found))


def test_nothing_is_submitted_without_our_packet_on_the_dispute_or_after_the_deadline() -> None:
    assert "not ours" in str(refused(Operation.SUBMIT, situation(Operation.SUBMIT, dispute=held(metadata={}))))
    assert "due_by was" in str(refused(Operation.SUBMIT, situation(Operation.SUBMIT, now=CREATED + 10**6)))


def test_without_a_packet_there_is_nothing_to_submit() -> None:
    nothing = {"decision": {"choice": "Approve", "packet_sha256": None}, "sha256": None}
    assert "no packet" in str(refused(Operation.SUBMIT, situation(Operation.SUBMIT, **nothing)))
    assert refused(Operation.SUBMIT, situation(Operation.SUBMIT, manifest=None))


def test_a_refund_is_never_more_than_was_shown_and_never_after_a_chargeback() -> None:
    more = held().charge.model_copy(update={"amount": 5000})
    found = situation(Operation.REFUND, dispute=held(charge=more))
    assert "would now give back more" in str(refused(Operation.REFUND, found))
    assert "would pay twice" in str(refused(Operation.REFUND, replace(found, dispute=held(is_charge_refundable=False))))
    less = held().charge.model_copy(update={"amount_refunded": 100})
    assert refused(Operation.REFUND, replace(found, dispute=held(charge=less))) is None


def test_a_refund_is_not_refused_when_the_charge_was_not_read() -> None:
    unread = situation(Operation.REFUND, dispute=held(charge=None), gathered=dispute(evidence=BEFORE))
    assert refused(Operation.REFUND, unread) is None


def test_every_operation_has_checks_and_all_start_with_the_same_one() -> None:
    assert set(CHECKS) == set(Operation)
    assert len({checks[0] for checks in CHECKS.values()}) == 1


CLAIM = {"response": "du_1__chargeback__1", "at": NOW}


@given(age=st.integers(0, 200_000), refused=st.sampled_from([None, {"why": "429"}]))
def test_a_claimed_round_is_held_for_a_day_unless_stripe_refused_the_claim(
    age: int, refused: dict[str, Any] | None
) -> None:
    why = claim_released(CLAIM, refused=refused, now=NOW + age)
    assert (why is None) is (refused is None and age <= 86_400)
    assert why is None or "du_1__chargeback__1" in why


def test_an_undated_claim_holds_its_round_until_stripe_refuses_it() -> None:
    old = {"response": "du_1__chargeback__1"}
    assert claim_released(old, refused=None, now=NOW) is None
    assert claim_released(old, refused={"why": "429"}, now=NOW)
