"""One time zone for all facts of a purchase, that of the order, so that each day has one name everywhere."""

from datetime import UTC, datetime, tzinfo
from typing import Any

from pydantic import BaseModel

from disputes.facts.facts import Fact, Facts

_ORDERED = "order.placed_at"


def zone_of(facts: Facts) -> tzinfo:
    """The zone in which the order was noted; UTC where it has no time of day."""
    ordered = facts[_ORDERED].value if _ORDERED in facts else None
    return ordered.tzinfo if isinstance(ordered, datetime) and ordered.tzinfo else UTC


def in_one_calendar(facts: Facts) -> Facts:
    """The facts with every time in the order's zone; a whole day stays the day that was noted."""
    zone = zone_of(facts)
    return Facts({name: Fact(_moved(fact.value, zone), fact.source, fact.at) for name, fact in facts.items()})


def _moved(value: Any, zone: tzinfo) -> Any:
    if isinstance(value, datetime):
        return _within_years(value, zone)
    if isinstance(value, tuple):
        return tuple(_moved(one, zone) for one in value)
    if isinstance(value, BaseModel):
        return value.model_copy(update={name: _moved(getattr(value, name), zone) for name in type(value).model_fields})
    return value


def _within_years(value: datetime, zone: tzinfo) -> datetime:
    """In that zone, unless the year 1 or 9999 has no such time there."""
    try:
        return value.astimezone(zone)
    except OverflowError:
        return value
