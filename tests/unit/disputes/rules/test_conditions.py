"""Rules on facts that lead to a claim."""

from typing import Any

import pytest
from tests.unit.disputes.builders import dispute
from tests.unit.disputes.pages import facts

from disputes.rules.conditions import Situation, describe_rule, holds, rule_problems

CARD = {"type": "card", "card": {"network": "discover", "network_reason_code": "rm"}}
KNOWN = Situation(
    dispute(reason="general", amount=10_000, payment_method_details=CARD),
    facts(
        {
            "ticket.event_status": "Was  Canceled",
            "order.tags": ["Gift", "resale"],
            "checkout.acceptance_method": "Click  to accept",
            "booking.no_show": False,
        }
    ),
    "event_ticket",
)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"reason": "general"}, True),
        ({"reason": ["fraudulent", "general"]}, True),
        ({"reason": "fraudulent"}, False),
        ({"network": "discover"}, True),
        ({"network": "visa"}, False),
        ({"code": "4553"}, True),
        ({"code": ["4755", "RM"]}, True),
        ({"code": "13.3"}, False),
        ({"product_type": "event_ticket"}, True),
        ({"product_type": "offline_service"}, True),
        ({"product_type": "booking_reservation"}, False),
        ({"amount_at_least": {"usd": 10_000}}, True),
        ({"amount_at_least": {"usd": 10_001}}, False),
        ({"amount_at_least": {"eur": 1}}, False),
        ({"amount_below": {"usd": 10_001}}, True),
        ({"amount_below": {"usd": 10_000}}, False),
        ({"ticket.event_status": "cancelled"}, True),
        ({"ticket.event_status": ["postponed", "took_place"]}, False),
        ({"order.tags": "RESALE"}, True),
        ({"order.tags": ["wholesale", "gift"]}, True),
        ({"order.tags": "wholesale"}, False),
        ({"checkout.acceptance_method": "click to accept"}, True),
        ({"booking.no_show": False}, True),
        ({"booking.no_show": True}, False),
        ({"order.id": "7"}, False),
        ({"return.none_recorded": False}, False),
        ({"return.status": "received"}, False),
        ({"reason": "general", "order.tags": "resale"}, True),
        ({"reason": "general", "order.tags": "wholesale"}, False),
    ],
)
def test_a_rule_holds_when_all_its_conditions_do(when: dict[str, Any], expected: bool) -> None:
    assert list(rule_problems(when)) == []
    assert holds(when, KNOWN) is expected


def test_unknown_values_fulfil_no_condition() -> None:
    details = {"type": "card", "card": {}}
    nothing = Situation(dispute(payment_method_details=details), facts(), None)
    for when in ({"network": "visa"}, {"code": "10.4"}, {"product_type": "offline_service"}, {"order.tags": "gift"}):
        assert not holds(when, nothing)


@pytest.mark.parametrize(
    ("when", "place", "problem"),
    [
        ({"order.tag": "resale"}, ("order.tag",), "fact order.tag is not known, did you mean order.tags?"),
        ({"resaon": "general"}, ("resaon",), "fact resaon is not known, did you mean reason?"),
        (
            {"reason": ["general", "fradulent"]},
            ("reason", 1),
            "reason fradulent is not known, did you mean fraudulent?",
        ),
        ({"network": "vsia"}, ("network",), "network vsia is not known, did you mean visa?"),
        ({"code": 13.1}, ("code",), "13.1 is not a text: write it in quotes"),
        ({"code": "13.99"}, ("code",), "no network has a reason code 13.99"),
        (
            {"product_type": "event_tiket"},
            ("product_type",),
            "product type event_tiket is not known, did you mean event",
        ),
        (
            {"ticket.event_status": "canceled"},
            ("ticket.event_status",),
            "canceled is not known, did you mean cancelled?",
        ),
        ({"ticket.event_status": False}, ("ticket.event_status",), "False is not a text: write it in quotes"),
        ({"order.tags": []}, ("order.tags",), "is an empty list, which no dispute can match"),
        ({"order.tags": {"a": 1}}, ("order.tags",), "{'a': 1} is not a text"),
        ({"booking.no_show": "yes"}, ("booking.no_show",), "must be true or false, not 'yes'"),
        ({"order.total": 100}, ("order.total",), "a rule cannot use this fact: only texts"),
        ({"order.items": "x"}, ("order.items",), "a rule cannot use this fact: only texts"),
        ({"ticket.starts_at": "2026-01-01"}, ("ticket.starts_at",), "a rule cannot use this fact: only texts"),
        (
            {"amount_at_least": 100},
            ("amount_at_least",),
            "needs an amount by currency, in minor units, like {usd: 10000}",
        ),
        ({"amount_below": {"USD": 100}}, ("amount_below", "USD"), "'USD' is not a currency; write it like usd"),
        ({"amount_below": {"usd": 1.5}}, ("amount_below", "usd"), "1.5 is not an amount in minor units, like 10000"),
        ({"amount_below": {"usd": -1}}, ("amount_below", "usd"), "-1 is not an amount in minor units"),
    ],
)
def test_a_wrong_condition_is_reported_with_its_place(
    when: dict[str, Any], place: tuple[Any, ...], problem: str
) -> None:
    ((found, said),) = rule_problems(when)
    assert found == ("when", *place)
    assert said.startswith(problem)


def test_a_reason_that_is_new_at_stripe_may_be_used_in_a_rule() -> None:
    assert list(rule_problems({"reason": "returned_item_lost"})) == []


def test_a_rule_is_described_in_one_line() -> None:
    when = {
        "ticket.event_status": ["cancelled", "postponed"],
        "booking.no_show": True,
        "amount_below": {"usd": 5, "eur": 4},
    }
    assert describe_rule(when) == (
        "ticket.event_status: cancelled or postponed, booking.no_show: true, amount_below: 5 usd or 4 eur"
    )
