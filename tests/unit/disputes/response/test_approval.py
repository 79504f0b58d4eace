"""Who approves, what is asked, and until when."""

from datetime import UTC, datetime

import pytest
from tests.unit.disputes.builders import CREATED, SHA, charge_json, dispute, manifest

from disputes.response.approval import question, refundable, seconds_to_decide, why_a_person
from disputes.response.deadlines import in_zone
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


def test_below_the_limit_a_whole_packet_needs_nobody():
    assert reason() is None


def test_a_cut_text_that_goes_on_in_an_exhibit_asks_nobody():
    assert reason(shortened=({**CUT, "continued_in": "access_activity_log"},)) is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"amount": LIMIT}, "50.00 USD is not below 50.00 USD"),
        ({"currency": "sek"}, "no automatic limit for sek"),
        ({"refused": REFUSED}, "documents could not be used: receipt.heic"),
        ({"completeness": {"essential": {"expected": ["receipt"]}}}, "essential evidence is missing: receipt"),
        ({"dropped": (DROPPED,)}, "the packet did not fit whole: scan.pdf is not in receipt"),
        ({"shortened": (CUT,)}, "the packet did not fit whole: the end of access_activity_log"),
        (
            {"statements": [{"text": "Ana አበ took it.", "facts": []}]},
            "no font here has these signs, which are empty boxes in the letter: አበ",
        ),
        (
            {"changed_playbook": ("playbooks/fraudulent.yaml",)},
            "changed since the documents were chosen by it: playbooks/fraudulent.yaml",
        ),
        ({"product_type": None}, "the merchant's facts of the purchase are missing"),
    ],
    ids=["amount", "currency", "refused", "essential", "dropped", "cut", "signs", "playbook", "no facts"],
)
def test_whatever_is_not_plain_asks_a_person(changes, why):
    assert reason(**changes) == why


def test_a_code_that_leaves_the_claim_open_asks_a_person_until_one_has_chosen():
    assert reason(alternatives=("unrecognized",)) == (
        "the network's code fits more than one claim: fraudulent, or unrecognized"
    )


def test_facts_that_speak_for_the_cardholder_come_first():
    why = reason(contradictions=(AGAINST,), refused=REFUSED, product_type=None)
    assert why == (
        "facts of ours speak for the cardholder: our own message admits the fault; "
        "the merchant's facts of the purchase are missing; documents could not be used: receipt.heic"
    )


def test_what_speaks_against_us_is_not_told_twice():
    decision = {"choice": "ask", "reasons": ["our own message admits the fault"]}
    assert reason(contradictions=(AGAINST,), decision=decision) == (
        "facts of ours speak for the cardholder: our own message admits the fault"
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"fee": "visa_compliance"}, "contesting costs the network's fee, 500 USD or the like, given back on a win"),
        ({"round": "appeal"}, "an appeal can cost fees of the network's"),
        (
            {"decision": {"choice": "accept", "reasons": ["that does not pay"]}},
            "the policy does not simply fight: that does not pay",
        ),
        ({"decision": {"choice": "fight", "reasons": ["that pays"]}}, None),
    ],
)
def test_money_that_only_a_person_spends_and_what_does_not_pay_ask_one(changes, why):
    assert reason(**changes) == why


def at(now, due_by=DUE_BY):
    return seconds_to_decide(PLAYBOOK, dispute(evidence_details={"due_by": due_by}), now=now)


def test_the_question_ends_the_playbooks_hours_before_the_banks_deadline():
    before = PLAYBOOK.approval.not_after_hours * 3600
    assert at(DUE_BY - before - 100) == 100


@pytest.mark.parametrize(("left", "seconds"), [(12 * 3600, 6 * 3600), (600, 300), (30, 60), (-1, 60)])
def test_past_that_moment_half_of_what_is_left_is_given_and_never_nothing(left, seconds):
    assert at(DUE_BY - left) == seconds


def test_without_a_deadline_the_question_does_not_end():
    assert at(CREATED, due_by=None) is None


def asked(remark="", of=None, **changes):
    about = {"now": DUE_BY - 864_000, "zone": "UTC", "email": None, "eligibility": None}
    about |= {name: changes.pop(name) for name in about if name in changes}
    made = manifest(**changes)
    about |= {"packet": "s3://rounds/du_1/chargeback/1", "packet_sha256": SHA}
    return question(PLAYBOOK, of or dispute(), made, remark=remark, **about)


def test_it_says_what_is_at_stake_and_what_is_approved():
    subject, body = asked()
    assert subject == "du_1: 42.00 USD, fraudulent, chargeback"
    assert f"**You approve:** `{SHA}`" in body
    assert "**Packet:** `s3://rounds/du_1/chargeback/1`" in body
    assert "**Network code:** visa 10.4" in body
    assert "**Files:** receipt (1 p.)" in body
    assert "**Missing essential:** shipping_address" in body
    assert "**Left out:** receipt.heic: is not a PDF" in body
    assert "**The last packet was sent back:** no" in body
    assert "**Completeness:** 50 of 100, partial" in body
    assert "A submission is final" in body
    for title in ("Recommended", "Against us", "leaves open", "Compelling", "withdraw"):
        assert title not in body


def test_what_is_recommended_stands_first_and_what_is_against_us_before_all_else():
    decision = {"choice": "ask", "reasons": ["our own message admits the fault"]}
    body = asked(decision=decision, contradictions=(AGAINST,))[1]
    assert body.startswith(
        "**Recommended: look at it before anything else**, because our own message admits the fault.\n\n"
        "**Against us:**\n\n- our own message admits the fault (`support.admitted_fault`)\n\n- **Why you are asked:** "
        "facts of ours speak for the cardholder"
    )


def test_it_says_what_would_help_most():
    body = asked()[1]
    assert "**What would help most:**\n\n- shipping_address (essential): the fact checkout.shipping_address\n\n" in body
    missing = {"strong": {"expected": list(PLAYBOOK.plan("physical_product"))}}
    assert asked(completeness=missing)[1].partition("help most")[2].count("\n- ") == 5


def test_what_the_code_leaves_open_is_listed_with_its_demands():
    details = {"type": "card", "card": {"network": "mastercard", "network_reason_code": "4853"}}
    of = dispute(reason="product_unacceptable", payment_method_details=details)
    body = asked(of=of, claim="product_unacceptable", alternatives=("product_not_received",))[1]
    assert "**What the network's code leaves open:**\n\n- `product_unacceptable` (this packet): as described" in body
    assert "\n- `product_not_received`: photo at the address" in body
    bare = dispute(payment_method_details={"type": "card", "card": {"network": "visa"}})
    body = asked(of=bare, alternatives=("x",))[1]
    assert "- `fraudulent` (this packet)\n- `x`" in body


def test_what_compelling_evidence_says_and_where_the_mail_lies_is_shown():
    body = asked(compelling_evidence="qualifies with ch_2 and ch_3", email="s3://rounds/mail.txt")[1]
    assert "**Visa Compelling Evidence 3.0:** qualifies with ch_2 and ch_3" in body
    assert "**A mail that asks the customer to withdraw:** `s3://rounds/mail.txt`" in body


def test_what_a_refund_in_full_gives_back_is_shown_where_it_can_be_made() -> None:
    charge = charge_json(amount=2400, amount_refunded=400)
    of = dispute(amount=500, charge=charge, is_charge_refundable=True)
    body = asked(of=of, round="inquiry")[1]
    assert "**A refund in full gives back:** 20.00 USD; disputed are 5.00 USD\n" in body
    kept = dispute(amount=500, charge=charge)
    for other, round_ in ((of, "chargeback"), (kept, "inquiry")):
        assert "refund in full" not in asked(of=other, round=round_)[1]
        assert refundable(other, manifest(round=round_)) is None


def test_what_stripe_says_of_it_once_it_is_staged_is_shown():
    said = {"visa_compelling_evidence_3": {"status": "requires_action", "required_actions": ["missing_x", "missing_y"]}}
    assert (
        "**Stripe says of visa_compelling_evidence_3:** requires_action: missing_x, missing_y"
        in asked(eligibility=said)[1]
    )
    done = {"visa_compelling_evidence_3": {"status": "qualified"}}
    assert "**Stripe says of visa_compelling_evidence_3:** qualified\n" in asked(eligibility=done)[1]


def test_the_deadline_is_told_in_the_readers_zone_with_the_time_left():
    body = asked(now=DUE_BY - 36 * 3600, zone="America/New_York")[1]
    last, due = (in_zone(at, "America/New_York") for at in (DUE_BY - 12 * 3600, DUE_BY))
    assert f"**Answer until:** {last}, in 1 day; without an answer" in body
    assert f"The bank's deadline is {due}\n" in body
    late = asked(now=DUE_BY - 4 * 3600)[1]
    assert f"**Answer until:** {in_zone(DUE_BY - 2 * 3600, 'UTC')}, in 2 hours; without an answer" in late


def test_it_says_until_when_and_how_complete():
    last = datetime.fromtimestamp(DUE_BY - PLAYBOOK.approval.not_after_hours * 3600, UTC)
    body = asked()[1]
    assert f"**Answer until:** {last.day} " in body
    assert "without an answer the packet is taken back and left to a person" in body
    assert "**Fields given:** 1 of 2 essential, 0 of 0 strong, 0 of 0 helpful" in body


def test_without_a_deadline_it_says_so():
    endless = dispute(evidence_details={"due_by": None})
    _, body = asked(of=endless)
    assert "**Answer until:** Stripe names no deadline" in body


def test_it_names_no_person():
    subject, body = asked(kept={"customer_email_address": "zoe@example.com"})
    for text in ("Zoë", "Ångström", "zoe@example.com"):
        assert text not in subject + body


def test_a_packet_with_nothing_in_it_says_so():
    _, body = asked(fields={}, files={}, kept={}, refused=(), completeness=WHOLE)
    for row in ("Text fields:** none", "Files:** none", "Missing essential:** nothing", "Left out:** nothing"):
        assert row in body
    assert "Why you are asked:** the playbook asks" in body


def test_the_remark_of_the_packet_before_is_shown():
    assert "**The last packet was sent back:** Add the receipt" in asked(remark="Add the receipt")[1]
