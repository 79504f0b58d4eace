"""Facts straight from a Stripe object: a table of members and paths, each value in its member's type or left out."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from disputes.facts.facts import Fact
from disputes.facts.members import MEMBERS
from disputes.facts.types import Address, Moment, ThreeDSecure

Object = Mapping[str, Any]


def moment(seconds: int) -> datetime:
    """Stripe's Unix seconds as a time in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def at(stripe_object: Any, path: str) -> Any:
    """The value at a dotted path; None where any part of it is absent, or is only an id."""
    value = stripe_object
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def id_of(value: Any) -> Any:
    """The id of an expandable field, expanded or not."""
    return value.get("id") if isinstance(value, Mapping) else value


def facts_at(stripe_object: Any, table: Mapping[str, tuple[str, ...]], *, as_of: int | None = None) -> dict[str, Fact]:
    """Facts by name from one object, each from the first of its paths that holds something.

    :param stripe_object: with id and creation time; anything else (an id, a deleted customer, None) knows nothing
    :param table: paths by fact
    :param as_of: Unix seconds, for an object that is read as it is today; None: as it was created
    """
    created = at(stripe_object, "created")
    if created is None:
        return {}
    known = moment(created if as_of is None else as_of)
    facts = {}
    for name, paths in table.items():
        held = ((path, _value(MEMBERS[name], at(stripe_object, path))) for path in paths)
        for path, value in held:
            if value is not None:
                facts[name] = Fact(value, f"stripe {stripe_object['id']} {path}", known)
                break
    return facts


def _value(kind: Any, raw: Any) -> Any:
    """A value in its member's type; None for an empty text or an address without a street."""
    if kind is Moment:
        return raw if raw is None else moment(raw)
    if isinstance(raw, str):
        return raw.strip() or None
    if kind is Address:
        return Address(**_filled(raw, Address)) if at(raw, "line1") else None
    if kind is ThreeDSecure:
        return ThreeDSecure(**_filled(raw, ThreeDSecure)) if at(raw, "result") else None
    return raw


def _filled(raw: Object, model: type[Address] | type[ThreeDSecure]) -> dict[str, Any]:
    return {name: raw[name] for name in model.model_fields if raw.get(name)}
