"""What a state in the merchant's own words says."""

import pytest

from disputes.facts.states import called_off, ended, moved, paid


@pytest.mark.parametrize(
    "status",
    ["canceled", "cancelled", "Canceled", "ENDED", "was cancelled by the customer", "not active", "incomplete_expired"],
)
def test_a_subscription_had_ended(status: str) -> None:
    assert ended(status)


@pytest.mark.parametrize(
    "status",
    [
        "active",
        "past_due",
        "trialing",
        "not cancelled",
        "cancel_at_period_end",
        "canceled at period end",
        "Cancelled, active until 30 October",
        "cancelled with effect from 1 November",
        "pass",
    ],
)
def test_a_subscription_may_still_have_run(status: str) -> None:
    assert not ended(status)


@pytest.mark.parametrize(
    "status", ["CANCELLED", "Show canceled", "called  off", "did not take place: storm", "not held"]
)
def test_an_event_was_cancelled(status: str) -> None:
    assert called_off(status)
    assert not moved(status)


@pytest.mark.parametrize("status", ["Postponed", "rescheduled to 3 May"])
def test_an_event_was_put_off(status: str) -> None:
    assert moved(status)
    assert not called_off(status)


@pytest.mark.parametrize(
    "status",
    [
        "took place as announced",
        "took place; the support act was cancelled",
        "postponed once, took place on 3 May",
        "was held, after it had been cancelled in May",
        "neither cancelled nor postponed",
        "has not been cancelled",
        "scheduled",
    ],
)
def test_an_event_was_or_may_be_held(status: str) -> None:
    assert not called_off(status)
    assert not moved(status)


@pytest.mark.parametrize(
    ("status", "was"),
    [
        ("paid", True),
        ("Succeeded", True),
        ("paid by card on 3 May", True),
        ("partially refunded", True),
        ("refunded", False),
        ("paid, refunded later", False),
        ("authorized, not captured", False),
        ("complete, voided", False),
        ("unpaid", False),
    ],
)
def test_a_charge_was_paid_and_is_not_given_back_in_full(status: str, was: bool) -> None:
    assert paid(status) is was
