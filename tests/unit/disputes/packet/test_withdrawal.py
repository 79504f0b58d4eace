"""The e-mail that asks the cardholder to withdraw."""

import pytest
from tests.unit.disputes.pages import dispute, everything, facts

from disputes.facts.facts import Facts
from disputes.packet.withdrawal import withdrawal_email
from disputes.rules.claims import claim_of

KNOWN = {
    "customer.name": "Ana Rivera",
    "customer.email": "ana@example.com",
    "dispute.amount": 12900,
    "dispute.currency": "usd",
    "dispute.created": "2026-10-01T10:00:00Z",
    "charge.created": "2026-09-01T12:00:00Z",
    "charge.statement_descriptor": "FJELL PINE",
    "order.id": "1001",
    "order.placed_at": "2026-09-01T11:58:00Z",
    "order.items": [{"description": "Teapot"}, {"description": "Cup", "quantity": 4}],
}


def mail(known: dict, reason: str = "fraudulent") -> str | None:
    return withdrawal_email(facts(known), claim_of(dispute(reason, code="")))


def test_it_describes_the_payment_and_says_what_to_tell_the_bank_and_that_we_answer_anyway() -> None:
    assert mail(KNOWN) == (
        "To: ana@example.com\n"
        "Subject: Your payment of 129.00 USD, order 1001\n"
        "\n"
        "Dear Ana Rivera,\n"
        "\n"
        "Your bank informed us on 1 October 2026 that you dispute a payment of 129.00 USD to us. The reason it "
        "gives is that you did not make this payment.\n"
        "\n"
        "The payment was made on 1 September 2026 and appears on your statement as “FJELL PINE”. It was for order 1001 "
        "of 1 September 2026: Teapot; 4 x Cup.\n"
        "\n"
        "If you now recognise this payment, or if the matter has been settled, please ask your bank to withdraw the "
        "dispute. You can write to your bank: I withdraw my dispute of the payment of 129.00 USD of 1 September 2026, "
        "“FJELL PINE” on my statement; please confirm this in writing. Please send us a copy of that confirmation in "
        "reply to this e-mail, so that we can show it to the bank as well.\n"
        "\n"
        "If something is still wrong, please reply to this e-mail and tell us what it is.\n"
        "\n"
        "The bank needs our answer by a fixed date, so we will answer it in time even if you withdraw.\n"
        "\n"
        "Kind regards\n"
    )


def test_unknown_facts_are_not_mentioned() -> None:
    bare = {name: KNOWN[name] for name in ("customer.name", "customer.email", "dispute.amount", "dispute.currency")}
    text = mail(bare, "a_new_reason")
    assert text is not None
    for unknown in ("order", "statement", "refunded", "The reason"):
        assert unknown not in text
    assert "Subject: Your payment of 129.00 USD\n" in text


def test_a_refund_is_named_with_the_reference_by_which_the_bank_finds_it() -> None:
    text = withdrawal_email(everything(), claim_of(dispute()))
    assert text is not None
    assert "your bank can find it under the reference pass" in text


@pytest.mark.parametrize("missing", ["customer.name", "customer.email"])
def test_no_mail_is_written_without_a_name_or_address(missing: str) -> None:
    assert mail({name: value for name, value in KNOWN.items() if name != missing}) is None
    assert withdrawal_email(Facts(), claim_of(dispute())) is None


def test_line_breaks_in_facts_cannot_add_mail_headers() -> None:
    text = mail(
        KNOWN | {"customer.email": "ana@example.com\nBcc: eve@example.com", "order.id": "1\r\nCc: x@example.com"}
    )
    assert text is not None
    assert [line.partition(":")[0] for line in text.partition("\n\n")[0].split("\n")] == ["To", "Subject"]
