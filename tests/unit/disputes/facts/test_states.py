"""The closed lists of states."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.facts.states import active, customs_known, done, money_back, paid, state, states, took_place


@pytest.mark.parametrize(
    ("fact", "written", "known"),
    [
        ("subscription.status_at_charge", "Canceled", "cancelled"),
        ("subscription.status_at_charge", "incomplete_expired", "incomplete"),
        ("subscription.status_at_charge", "cancel_at_period_end", "active"),
        ("subscription.status_at_charge", "Testphase", "trialing"),
        ("ticket.event_status", "took place as announced", "took_place"),
        ("ticket.event_status", "ABGESAGT", "cancelled"),
        ("ticket.event_status", "abgesagt (organiser insolvent)", None),
        ("ticket.event_status", "delayed to 2027", None),
        ("ticket.event_status", "took place; the support act was cancelled", None),
        ("shipment.status", "Return to Sender", "returned"),
        ("shipment.status", "RETURN_TO_SENDER", "returned"),
        ("shipment.status", "pre-transit", "label_created"),
        ("shipment.customs_status", "held, duty unpaid", "duty_unpaid"),
        ("return.status", "label sent", "approved"),
        ("refund.status", "requires_action", "pending"),
        ("refund.status", "remboursé", "succeeded"),
        ("refund.method", "Shop-Guthaben", "store_credit"),
        ("refund.method", "card, paypal", "money"),
        ("refund.method", "card, gift card", None),
        ("refund.method", "us_bank_transfer", "money"),
        ("other_charge.status", "authorized, not captured", "not_captured"),
        ("other_charge.status", "paid, refunded later", None),
    ],
)
def test_a_spelling_is_in_the_list_or_unknown(fact: str, written: str, known: str | None) -> None:
    assert state(fact, written) == known


def test_every_state_of_a_list_is_a_spelling_of_itself() -> None:
    for fact, known in states().items():
        assert [state(fact, one) for one in known] == list(known)


@given(st.sampled_from(sorted(states())), st.text(min_size=1))
def test_whatever_is_written_is_read_without_an_error(fact: str, written: str) -> None:
    assert state(fact, written) in (None, *states()[fact])


def test_states_that_count_as_an_argument() -> None:
    assert [active(one) for one in ("active", "trialing", "past_due", "paused", "cancelled")] == [True, True] + [
        False
    ] * 3
    assert took_place("wurde durchgeführt") is False  # close to a word of the list, but not one of them
    assert took_place("hat stattgefunden")
    assert [paid(one) for one in ("Succeeded", "partially refunded", "refunded", "unpaid")] == [
        True,
        True,
        False,
        False,
    ]
    assert done("erstattet")
    assert not done("pending")
    assert money_back("Überweisung")
    assert not money_back("gift card")
    assert customs_known("Zoll nicht bezahlt")
    assert not customs_known("somewhere")
