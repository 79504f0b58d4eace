"""Who approves, and until when."""

import pytest
from tests.unit.disputes.builders import CREATED, dispute, manifest

from disputes.response.approval import seconds_to_decide, why_a_person
from disputes.rules.loading import playbook_for

PLAYBOOK = playbook_for("fraudulent")
LIMIT = PLAYBOOK.approval.automatic_below["usd"]
DUE_BY = CREATED + 864_000
WHOLE = {"essential": {"expected": ["receipt"], "given": ["receipt"]}}
DROPPED = {
    "field": "receipt",
    "document": "order_receipt",
    "filename": "scan.pdf",
    "pages": 9,
    "bytes": 9_000_000,
    "reason": "too large",
}
CUT = {"field": "access_activity_log", "characters": 30_000, "kept": 20_000, "notice": "cut", "continued_in": None}
AGAINST = {"name": "admitted_fault", "problem": "our own message admits the fault", "facts": ["support.admitted_fault"]}
REFUSED = ({"document": "receipt", "filename": "receipt.heic", "reason": "is not a PDF"},)


def reason(*, amount=LIMIT - 1, currency="usd", **changes):
    made = manifest(**{"refused": (), "completeness": WHOLE} | changes)
    return why_a_person(PLAYBOOK, dispute(amount=amount, currency=currency), made)


def test_a_complete_packet_below_the_limit_needs_no_person():
    assert reason() is None


def test_a_cut_text_that_continues_in_an_exhibit_needs_no_person():
    assert reason(shortened=({**CUT, "continued_in": "access_activity_log"},)) is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"amount": LIMIT}, "50.00 USD is not below the automatic limit of 50.00 USD"),
        ({"currency": "sek"}, "the playbook sets no automatic limit for sek"),
        ({"refused": REFUSED}, "documents could not be used: receipt.heic"),
        ({"completeness": {"essential": {"expected": ["receipt"]}}}, "essential evidence is missing: receipt"),
        (
            {"dropped": (DROPPED,)},
            "the packet would exceed the limits, so this was left out: scan.pdf is not in receipt",
        ),
        (
            {"shortened": (CUT,)},
            "the packet would exceed the limits, so this was left out: the end of access_activity_log",
        ),
        (
            {"statements": [{"text": "Ana አበ took it.", "facts": []}]},
            "none of our fonts has these characters, so the letter shows empty boxes: አበ",
        ),
        (
            {"changed_playbook": ("playbooks/fraudulent.yaml",)},
            "the playbook has changed since it chose these documents: playbooks/fraudulent.yaml",
        ),
        ({"product_type": None}, "the merchant's facts about the purchase are missing"),
    ],
    ids=["amount", "currency", "refused", "essential", "dropped", "cut", "signs", "playbook", "no facts"],
)
def test_anything_in_doubt_asks_a_person(changes, why):
    assert reason(**changes) == why


def test_a_code_that_leaves_the_claim_open_asks_a_person():
    assert reason(alternatives=("unrecognized",)) == (
        "the network's code fits more than one claim: fraudulent, or unrecognized"
    )


def test_facts_that_speak_for_the_cardholder_come_first():
    why = reason(contradictions=(AGAINST,), refused=REFUSED, product_type=None)
    assert why == (
        "our own facts speak for the cardholder: our own message admits the fault; "
        "the merchant's facts about the purchase are missing; documents could not be used: receipt.heic"
    )


def test_what_speaks_against_us_is_not_named_twice():
    decision = {"choice": "ask", "reasons": ["our own message admits the fault"]}
    assert reason(contradictions=(AGAINST,), decision=decision) == (
        "our own facts speak for the cardholder: our own message admits the fault"
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"fee": "visa_compliance"}, "contesting costs the network's fee, about 500 USD, returned after a win"),
        ({"round": "appeal"}, "the network may charge fees for an appeal"),
        (
            {"decision": {"choice": "accept", "reasons": ["that does not pay"]}},
            "the policy does not recommend fighting outright: that does not pay",
        ),
        ({"decision": {"choice": "fight", "reasons": ["that pays"]}}, None),
    ],
)
def test_fees_that_only_a_person_accepts_and_fights_that_do_not_pay_ask_a_person(changes, why):
    assert reason(**changes) == why


def at(now, due_by=DUE_BY):
    return seconds_to_decide(PLAYBOOK, dispute(evidence_details={"due_by": due_by}), now=now)


def test_the_question_ends_before_the_banks_deadline_by_the_hours_of_the_playbook():
    before = PLAYBOOK.approval.not_after_hours * 3600
    assert at(DUE_BY - before - 100) == 100


@pytest.mark.parametrize(("left", "seconds"), [(12 * 3600, 6 * 3600), (600, 300), (30, 60), (-1, 60)])
def test_a_late_question_gets_half_of_the_time_left_and_never_none(left, seconds):
    assert at(DUE_BY - left) == seconds


def test_without_a_deadline_the_question_does_not_end():
    assert at(CREATED, due_by=None) is None
