"""The letter to the bank."""

import pypdfium2
import pytest
from tests.unit.disputes.pages import CHARGE, ORDER, SHIPMENT, case, dispute, everything, exhibit, facts, page_text

from disputes.packet.letter import Listed, render_letter

SAYS = [  # network, code and words beside those below
    ("visa", "12.6", "was charged twice, or paid by other means"),
    ("amex", "C14", "was paid by other means"),
    ("amex", "684", "was paid by other means"),
    ("discover", "PM", "was paid by other means"),
    ("jcb", "583", "was paid by other means"),
    ("visa", "12.6.1", "was charged twice"),
    ("amex", "P08", "was charged twice"),
]
CLAIMS = [
    ("fraudulent", "10.4", "neither the cardholder nor anyone authorised"),
    ("product_not_received", "13.1", "were not received"),
    ("subscription_canceled", "13.2", "was cancelled before this charge"),
    ("credit_not_processed", "13.6", "a refund is owed and was not paid"),
    ("duplicate", "12.6.1", "the same purchase was charged twice"),
    ("duplicate", "12.6.2", "was paid by other means"),
    ("product_unacceptable", "13.3", "were not as described, or did not work"),
    ("product_unacceptable", "13.4", "the goods are counterfeit"),
    ("unrecognized", "", "do not recognise this charge"),
    ("noncompliant", "C050", "a network rule was not followed"),
    ("debit_not_authorized", "R10", "this debit was not authorised"),
    ("debit_not_authorized", "R07", "the authorisation of this debit was withdrawn", "link"),
    ("general", "12.5", "under the network's reason code pass"),
    ("something_new", "", "disputes this charge"),
]


def words(pdf: bytes) -> str:
    return " ".join(page_text(pdf).split())


def test_the_reader_finds_claim_answer_timeline_and_exhibits() -> None:
    listed = Listed(1, exhibit("proof_of_delivery"), ("shipping_documentation", "customer_signature"))
    letter = render_letter(case(dispute(), listed), facts(CHARGE, ORDER, SHIPMENT), page_size="a4")
    text = words(letter.pdf)
    order = [
        "Response to a dispute",
        "The claim",
        "Our answer",
        "Why the claim does not hold",
        "What happened",
        "What we ask",
    ]
    assert sorted(order, key=text.index) == order
    for said in (
        "129.00 USD",
        "Visa 10.4",
        "to 12 Elm Street, Springfield IL 62701, US",
        "the issuer confirmed both the street address and the postal code",
        "UPS, tracking number 1Z999",
        "1 Proof of delivery Proves: The order was delivered on",
        "In: shipping documentation, customer signature 1",
        "du_1 · ch_1 Page 1 of",
    ):
        assert said in text


def test_every_statement_appears_in_the_letter() -> None:
    letter = render_letter(case(), facts(CHARGE, ORDER, SHIPMENT), page_size="a4")
    for statement in letter.statements:
        assert statement.text in words(letter.pdf)


def test_a_thread_that_the_answer_quotes_is_not_repeated() -> None:
    came = {"at": "2026-09-20", "author": "customer", "text": "The teapot arrived."}
    ours = {"at": "2026-09-21", "author": "merchant", "text": "Enjoy it."}
    asked = {"at": "2026-09-22", "author": "customer", "text": "How do I clean it?"}
    received = case(dispute("product_not_received", code="13.1"))
    for messages, shown in (([came, ours], False), ([came, ours, asked], True), ([ours], True)):
        letter = render_letter(received, facts({"support.messages": messages}), page_size="a4")
        assert ("What was written" in words(letter.pdf)) is shown


def test_an_exhibit_says_which_sentence_it_proves() -> None:
    listed = [
        Listed(number, exhibit(name), ("receipt",))
        for number, name in enumerate(("proof_of_delivery", "refund_policy"), 1)
    ]
    letter = render_letter(case(dispute(), *listed), facts(CHARGE, ORDER, SHIPMENT), page_size="a4")
    proof, policy = letter.exhibits
    assert proof.proves.startswith("The order was delivered on 5 September 2026 to 12 Elm Street")
    assert policy.proves == ""
    assert "The refund terms that applied when the order was placed." in words(letter.pdf)


@pytest.mark.parametrize(("reason", "code", "said", "network"), [(*claim, "visa")[:4] for claim in CLAIMS])
def test_each_claim_has_its_own_words(reason: str, code: str, said: str, network: str) -> None:
    full = render_letter(case(dispute(reason, network, code)), everything(), page_size="a4")
    assert said in words(full.pdf)


@pytest.mark.parametrize(("network", "code", "said"), SAYS)
def test_a_code_may_say_more_than_its_claim(network: str, code: str, said: str) -> None:
    letter = render_letter(case(dispute("duplicate", network, code)), facts(), page_size="a4")
    assert [one.text.removesuffix(".").partition("purchase ")[2] for one in letter.statements] == [said]


@pytest.mark.parametrize("reason", dict.fromkeys(claim[0] for claim in CLAIMS))
def test_without_facts_the_letter_has_only_the_claim(reason: str) -> None:
    letter = render_letter(case(dispute(reason, code=""), product_type=None), facts(), page_size="us-letter")
    text = page_text(letter.pdf)
    assert [statement.facts for statement in letter.statements] == [()]
    for heading in ("Our answer", "What happened", "Why the claim", "What was written", "Exhibits"):
        assert heading not in text
    assert pypdfium2.PdfDocument(letter.pdf)[0].get_size() == (612, 792)


def test_a_digital_product_is_not_said_to_be_shipped() -> None:
    sold = case(product_type="digital_product_or_service")
    letter = render_letter(sold, facts(CHARGE, ORDER, SHIPMENT), page_size="a4")
    assert not [statement for statement in letter.statements if any("shipment" in name for name in statement.facts)]


@pytest.mark.parametrize(
    ("held", "answer"),
    [
        ({"charge.three_d_secure": {"result": "authenticated"}}, "was authenticated with 3D Secure"),
        ({"charge.avs_line1": "pass", "charge.cvc_check": "pass"}, "the issuer confirmed both"),
        ({"charge.avs_line1": "pass", "charge.cvc_check": "fail"}, "street address, and the issuer confirmed it"),
        ({"charge.avs_line1": "fail", "charge.cvc_check": "pass"}, "security code, and the issuer confirmed it"),
    ],
)
def test_a_charge_said_to_be_fraud_is_answered_with_the_best_check(held: dict, answer: str) -> None:
    letter = render_letter(case(), facts(held), page_size="a4")
    assert any(answer in statement.text for statement in letter.statements)


def test_a_failed_check_is_never_presented_as_passed() -> None:
    checks = {"charge.avs_line1": "fail", "charge.avs_postal_code": "unavailable", "charge.cvc_check": "unavailable"}
    checks |= {"charge.three_d_secure": {"result": "failed"}}
    letter = render_letter(case(), facts(checks), page_size="a4")
    assert [statement.facts for statement in letter.statements] == [()]


def test_messages_are_quoted_and_attributed() -> None:
    wrote = [
        {"at": "2026-09-07", "author": "merchant", "text": "It is."},
        {"at": "2026-09-06T15:02:00Z", "author": "customer", "text": "Is it safe?\n#read(x) 4242424242424242"},
    ]
    text = words(render_letter(case(), facts({"support.messages": wrote}), page_size="a4").pdf)
    first = "6 September 2026, 15:02 UTC, the customer wrote: “Is it safe? #read(x) [removed]”"
    assert f"{first} 7 September 2026, we wrote: “It is.”" in text


def test_the_first_and_last_of_many_messages_are_quoted_and_the_rest_counted() -> None:
    wrote = [{"at": f"2026-09-{n:02}", "author": "customer", "text": f"message {n}."} for n in range(1, 13)]
    text = words(render_letter(case(), facts({"support.messages": wrote}), page_size="a4").pdf)
    assert "message 3." in text
    assert "message 4." not in text
    assert "the first three and the last three of 12 messages" in text


def test_without_a_search_the_letter_does_not_say_that_nothing_was_written() -> None:
    silent = render_letter(case(), facts(CHARGE), page_size="a4")
    searched = render_letter(case(), facts({"support.contacted_before_dispute": False}), page_size="a4")
    assert not any("searched" in statement.text for statement in silent.statements)
    assert any("we searched" in statement.text for statement in searched.statements)


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert render_letter(case(), everything(), page_size="a4") == render_letter(case(), everything(), page_size="a4")


OTHER = {
    "other_charge.id": "ch_2",
    "other_charge.created": "2026-09-03T12:00:05Z",
    "other_charge.amount": 8800,
    "other_charge.order_id": "1002",
    "other_charge.items": [{"description": "Jug | large"}],
}


def test_two_charges_are_shown_side_by_side() -> None:
    letter = render_letter(case(dispute("duplicate", code="12.6.1")), facts(CHARGE, ORDER, OTHER), page_size="a4")
    text = words(letter.pdf)
    for row in (
        "This charge The other charge Charge: ch_1 ch_2",
        "Made on: 1 September 2026, 12:00 UTC 3 September 2026, 12:00 UTC",
        "Amount: 129.00 USD 88.00 USD",
        "Order: 1001 1002",
        "Bought: Teapot; 4 x Cup Jug / large",
    ):
        assert row in text
    assert "The two charges were made 2 days apart, for different amounts." in text


def test_without_another_charge_there_is_nothing_to_compare() -> None:
    searched = facts(CHARGE, ORDER, {"other_charge.none_found": True})
    text = words(render_letter(case(dispute("duplicate", code="12.6.1")), searched, page_size="a4").pdf)
    assert "searched our books for another payment for this order and found none" in text
    assert "The two charges" not in text


REFUND = {
    "refund.amount": 4000,
    "refund.status": "succeeded",
    "refund.created_at": "2026-09-20",
    "refund.reference": "7451",
    "charge.amount_refunded": 4000,
}


def test_a_partial_refund_is_compared_with_the_disputed_amount() -> None:
    credit = case(dispute("credit_not_processed", code="13.6"))
    letter = render_letter(credit, facts(CHARGE, REFUND), page_size="a4")
    said = [statement.text for statement in letter.statements]
    assert "40.00 USD of 129.00 USD was refunded on 20 September 2026, before the dispute, reference 7451." in said
    assert (
        "We ask for this dispute to be decided in the merchant's favour: 40.00 USD of the 129.00 USD disputed has "
        "already been refunded, and the rest should stay with the merchant." in said
    )


def test_no_terms_are_cited_against_a_refund_that_was_made_in_full() -> None:
    credit = case(dispute("credit_not_processed", code="13.6"))
    whole = {"refund.amount": 12900, "policy.refund_text": "Sale items are final.", "policy.shown_where": "at checkout"}
    letter = render_letter(credit, facts(CHARGE, REFUND, whole), page_size="a4")
    said = [statement.text for statement in letter.statements]
    assert not any("terms" in text.lower() or "final" in text for text in said)
    assert said[-1].endswith(
        "the full amount of 129.00 USD has already been refunded, and any other decision would pay it twice."
    )


def test_no_remainder_is_stated_when_more_was_refunded_since() -> None:
    credit = case(dispute("credit_not_processed", code="13.6"))
    letter = render_letter(credit, facts(CHARGE, REFUND, {"charge.amount_refunded": 4500}), page_size="a4")
    assert not any("has not been refunded" in statement.text for statement in letter.statements)


def test_each_complaint_is_answered() -> None:
    complaints = [
        {"text": "The lid is chipped.", "answer": "the lid was photographed whole."},
        {"text": "It is too small", "answer": "0.9 l, as listed"},
    ]
    letter = render_letter(
        case(dispute("product_unacceptable", code="13.3")), facts({"support.complaints": complaints}), page_size="a4"
    )
    assert [statement.text for statement in letter.statements][1:] == [
        "Complaint “The lid is chipped.”: the lid was photographed whole.",
        "Complaint “It is too small”: 0.9 l, as listed.",
    ]


def test_a_charge_without_a_card_is_not_said_to_be_on_a_card() -> None:
    debit = {name: value for name, value in CHARGE.items() if name not in ("charge.card_brand", "charge.last4")}
    text = words(render_letter(case(dispute("debit_not_authorized", code="R10")), facts(debit), page_size="a4").pdf)
    assert "129.00 USD was charged" in text
    assert "card" not in text.partition("What happened")[2].partition("Why the claim")[0]
