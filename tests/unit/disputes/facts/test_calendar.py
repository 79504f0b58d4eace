"""One calendar for everything that is said about a purchase."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from tests.unit.disputes.pages import facts

from disputes.facts.calendar import in_one_calendar, zone_of

WEST = {"order.placed_at": "2026-09-01T20:00:00-05:00"}


def test_every_time_is_given_in_the_orders_zone() -> None:
    uses = [{"at": "2026-09-03T02:30:00Z", "action": "login"}, {"at": "2026-09-04", "action": "login"}]
    told = in_one_calendar(facts(WEST, {"charge.created": "2026-09-02T01:00:05Z", "access.entries": uses}))
    first, second = told["access.entries"].value
    assert told["charge.created"].value.isoformat() == "2026-09-01T20:00:05-05:00"
    assert (first.at.isoformat(), second.at.isoformat()) == ("2026-09-02T21:30:00-05:00", "2026-09-04")


@pytest.mark.parametrize("known", [{}, {"order.placed_at": "2026-09-01"}])
def test_the_zone_is_utc_when_the_time_of_the_order_is_unknown(known: dict[str, str]) -> None:
    assert zone_of(facts(known)) == UTC


@pytest.mark.parametrize(
    ("first", "offset"), [("0001-01-01T00:00:00Z", timedelta(hours=-5)), ("9999-12-31T23:00:00Z", timedelta(hours=5))]
)
def test_a_time_that_the_zone_cannot_express_stays_as_it_is(first: str, offset: timedelta) -> None:
    ordered = datetime(2026, 9, 1, 12, tzinfo=timezone(offset)).isoformat()
    held = facts({"order.placed_at": ordered, "charge.created": first})
    assert in_one_calendar(held)["charge.created"] == held["charge.created"]
