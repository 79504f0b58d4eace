"""What a person is asked about a packet."""

import pytest
from tests.unit.disputes.builders import CREATED, SHA, charge_json, dispute, manifest

from disputes.response.approval import refundable
from disputes.response.deadlines import in_zone
from disputes.response.question import Asked, write_question
from disputes.rules.loading import playbook_for

PLAYBOOK = playbook_for("fraudulent")
DUE_BY = CREATED + 864_000
PAGE = "dags/respond_fraudulent/runs/du_1__chargeback__1/plugin/packet"
WHOLE = {"essential": {"expected": ["receipt"], "given": ["receipt"]}}
AGAINST = {"name": "admitted_fault", "problem": "our own message admits the fault", "facts": ["support.admitted_fault"]}
FIGHT = {"choice": "fight", "reasons": ["2 of 3 such rounds were won", "fighting brings 28.00 USD and costs 10.00 USD"]}


def asked(remark="", of=None, **changes):
    about = {"now": DUE_BY - 864_000, "zone": "UTC", "email": None, "eligibility": None}
    about |= {name: changes.pop(name) for name in about if name in changes}
    about |= {"page": PAGE, "packet": "s3://rounds/du_1/chargeback/1", "packet_sha256": SHA}
    return write_question(PLAYBOOK, of or dispute(), manifest(**changes), Asked(remark=remark, **about))


def test_the_question_and_its_end_come_first_then_the_stakes_and_the_recommendation():
    subject, body = asked(decision=FIGHT)
    assert subject == "du_1: 42.00 USD, fraudulent, chargeback"
    last, due = (in_zone(at, "UTC") for at in (DUE_BY - 12 * 3600, DUE_BY))
    assert body.startswith(
        f"**Does this packet go to the bank?** Answer until {last}, in 9 days. Without an answer the packet is "
        f"removed from the dispute and left to a person. The bank's deadline is {due}.\n\n"
        f"[See the packet as the bank will see it]({PAGE})\n\n"
        "- **At stake:** 42.00 USD\n\n"
        "**Recommended: fight**\n\n"
        "- 2 of 3 such rounds were won\n- fighting brings 28.00 USD and costs 10.00 USD\n\n"
        "### Why you are asked\n\n- "
    )
    assert body.endswith("A submission is final: nothing can be added afterwards.")


def test_each_field_is_listed_with_what_it_holds():
    exhibit = {"document": "order_receipt", "filename": "a|b.pdf", "sha256": SHA, "pages": 2}
    files = {
        "receipt": {"name": "receipt.pdf", "sha256": SHA, "bytes": 1000, "pages": 2, "exhibits": [exhibit]},
        "uncategorized_file": {"name": "letter.pdf", "sha256": SHA, "bytes": 1000, "pages": 1},
        "service_documentation": {
            "name": "more.pdf",
            "sha256": SHA,
            "bytes": 9,
            "pages": 4,
            "exhibits": [exhibit | {"document": "own_words", "filename": ""}],
        },
    }
    expected = {"essential": {"expected": ["receipt", "service_documentation"], "given": ["receipt"]}}
    body = asked(files=files, completeness=expected)[1]
    assert "| Field | Holds | Pages |\n| --- | --- | --- |\n" in body
    assert "| `receipt` | exhibit 1: Order receipt (a\\|b.pdf) | 2 |" in body
    assert "| `uncategorized_file` | our letter | 1 |" in body
    assert "| `service_documentation` | our letter; exhibit 2: own words | 4 |" in body
    assert "| `customer_name` | text, 12 characters |  |" in body
    assert "| `product_description` | already on the dispute, kept |  |" in body


def test_the_question_says_what_is_approved_and_where_it_is():
    body = asked()[1]
    assert f"**You approve:** `{SHA}`" in body
    assert "**Packet:** `s3://rounds/du_1/chargeback/1`" in body
    assert "**Network code:** visa 10.4" in body
    assert "**Completeness:** 50 of 100, partial; 1 of 2 essential, 0 of 0 strong, 0 of 0 helpful" in body
    assert "**Missing essential:** shipping_address" in body
    assert "### Left out\n\n- receipt.heic: is not a PDF" in body
    for title in ("Recommended", "Against us", "leaves open", "Compelling", "withdraw", "sent back", "Contesting"):
        assert title not in body


def test_what_speaks_against_us_is_quoted_as_plain_text():
    passage = "so sorry ![x](http://evil.example/p.png)"
    body = asked(contradictions=(AGAINST | {"passage": passage},))[1]
    assert (
        "### Against us\n\n- our own message admits the fault (`support.admitted_fault`): "
        "“so sorry !\\[x\\](http\\://evil.example/p.png)”" in body
    )
    assert "### Why you are asked\n\n- our own facts speak for the cardholder" in body


def test_the_question_says_what_would_help_most():
    body = asked()[1]
    _, _, missing = body.partition("### Missing evidence, the most helpful first\n\n")
    assert missing.startswith("- shipping_address (essential): the fact checkout.shipping_address")
    missing = {"strong": {"expected": list(PLAYBOOK.plan("physical_product"))}}
    assert asked(completeness=missing)[1].partition("helpful first")[2].partition("###")[0].count("\n- ") == 5


def test_claims_that_the_code_leaves_open_are_listed_with_their_demands():
    details = {"type": "card", "card": {"network": "mastercard", "network_reason_code": "4853"}}
    of = dispute(reason="product_unacceptable", payment_method_details=details)
    body = asked(of=of, claim="product_unacceptable", alternatives=("product_not_received",))[1]
    assert "### Claims that the network's code fits\n\n- `product_unacceptable` (this packet): as described" in body
    assert "\n- `product_not_received`: photo at the address" in body
    bare = dispute(payment_method_details={"type": "card", "card": {"network": "visa"}})
    body = asked(of=bare, alternatives=("x",))[1]
    assert "- `fraudulent` (this packet)\n- `x`" in body


def test_the_result_of_compelling_evidence_and_the_location_of_the_mail_are_shown():
    body = asked(compelling_evidence="qualifies with ch_2 and ch_3", email="s3://rounds/mail.txt")[1]
    assert "**Visa Compelling Evidence 3.0:** qualifies with ch_2 and ch_3" in body
    assert "**E-mail that asks the customer to withdraw:** `s3://rounds/mail.txt`" in body


def test_a_fee_and_a_full_refund_are_listed_as_at_stake_too() -> None:
    assert "- **Contesting costs:** the network's fee, returned after a win" in asked(fee="visa_compliance")[1]
    charge = charge_json(amount=2400, amount_refunded=400)
    of = dispute(amount=500, charge=charge, is_charge_refundable=True)
    body = asked(of=of, round="inquiry")[1]
    assert "- **A refund in full gives back:** 20.00 USD; 5.00 USD is disputed\n" in body
    kept = dispute(amount=500, charge=charge)
    for other, round_ in ((of, "chargeback"), (kept, "inquiry")):
        assert "refund in full" not in asked(of=other, round=round_)[1]
        assert refundable(other, manifest(round=round_)) is None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"status": "requires_action", "required_actions": ["missing_x", "y"]}, "requires_action: missing_x, y\n"),
        ({"status": "qualified"}, "qualified\n"),
    ],
)
def test_stripes_view_of_a_staged_packet_is_shown(said, words):
    body = asked(eligibility={"visa_compelling_evidence_3": said})[1]
    assert f"**Stripe says of visa_compelling_evidence_3:** {words}" in body


def test_the_deadline_is_given_in_the_readers_zone_with_the_time_left():
    body = asked(now=DUE_BY - 36 * 3600, zone="America/New_York")[1]
    last, due = (in_zone(at, "America/New_York") for at in (DUE_BY - 12 * 3600, DUE_BY))
    assert f"Answer until {last}, in 1 day. Without an answer" in body
    assert f"The bank's deadline is {due}." in body
    late = asked(now=DUE_BY - 4 * 3600)[1]
    assert f"Answer until {in_zone(DUE_BY - 2 * 3600, 'UTC')}, in 2 hours. Without an answer" in late


def test_the_question_says_when_there_is_no_deadline():
    _, body = asked(of=dispute(evidence_details={"due_by": None}))
    assert "**Does this packet go to the bank?** Stripe gives no deadline." in body


def test_the_question_names_no_person():
    subject, body = asked(kept={"customer_email_address": "zoe@example.com"})
    for text in ("Zoë", "Ångström", "zoe@example.com"):
        assert text not in subject + body


def test_the_question_says_when_a_packet_is_empty():
    _, body = asked(fields={}, files={}, kept={}, refused=(), answers=(), product_type=None, completeness=WHOLE)
    assert "Missing essential:** nothing" in body
    assert "What answers the claim:** nothing" in body
    for title in ("What the bank gets", "Left out", "helpful first"):
        assert title not in body


def test_the_playbook_is_the_reason_to_ask_when_the_policy_would_approve():
    assert "### Why you are asked\n\n- the playbook always asks\n" in asked(refused=(), completeness=WHOLE)[1]


def test_the_remark_on_the_previous_packet_is_shown():
    assert "**The last packet was sent back:** Add the receipt\n" in asked(remark="Add the receipt")[1]
