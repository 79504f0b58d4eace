"""Lists: filters, newest first, cursors."""

import fnmatch
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox import errors
from sandbox.resources import RESOURCES, Resource, find, livemode_of, objects
from sandbox.state import State, StripeObject

DEFAULT_LIMIT, LEAST, MOST = 10, 1, 100
EVENT_DAYS = 30
EVENT_TYPES = 20

_PAGING = frozenset({"limit", "starting_after", "ending_before", "expand"})
_TIMES = frozenset({"created", "due_date"})
_EQUAL = frozenset(
    {
        "charge",
        "collection_method",
        "customer",
        "email",
        "expired",
        "file",
        "invoice",
        "payment",
        "payment_intent",
        "purpose",
        "status",
        "subscription",
        "transfer_group",
    }
)
_EVENTS = frozenset({"type", "types", "delivery_success"})
_REFERENCES = {
    "charge": "charges",
    "customer": "customers",
    "file": "files",
    "invoice": "invoices",
    "payment_intent": "payment_intents",
    "subscription": "subscriptions",
}


def check(params: Mapping[str, Any]) -> None:
    """Check what the types do not say.

    :raises StripeError: a limit out of range, two cursors, ``type`` beside ``types``, or a filter that the sandbox does
        not support
    """
    limit = params.get("limit", DEFAULT_LIMIT)
    if limit < LEAST:
        raise errors.integer_out_of_range("limit", least=LEAST)
    if limit > MOST:
        raise errors.integer_out_of_range("limit", most=MOST)
    for first, second in (("starting_after", "ending_before"), ("type", "types")):
        if first in params and second in params:
            raise errors.exclusive_parameters(first, second)
    if len(params.get("types", [])) > EVENT_TYPES:
        raise errors.invalid_request(f"You may list at most {EVENT_TYPES} types.", param="types", chosen=True)
    for name in params:
        if name not in _PAGING | _TIMES | _EQUAL | _EVENTS:
            # An error is better than a silently ignored filter.
            raise errors.invalid_request(f"This sandbox does not filter by {name}.", param=name, chosen=True)


def list_visible(state: State, resource: Resource, *, livemode: bool) -> list[StripeObject]:
    """Give every object of a kind that there is in this mode, oldest first."""
    things = [
        thing
        for thing in objects(state, resource).values()
        if not thing.get("deleted") and livemode_of(state, thing) == livemode
    ]
    if resource.collection != "events":
        return things
    oldest = state.clock.now() - EVENT_DAYS * 86_400
    return [event for event in things if event["created"] >= oldest]


def select(state: State, resource: Resource, params: Mapping[str, Any], *, livemode: bool) -> list[StripeObject]:
    """Give the objects that the filters leave, oldest first.

    :param livemode: the caller's mode; the other mode's objects do not show
    :raises StripeError: a filter names an object that does not exist, or is of the other mode
    """
    for name, collection in _REFERENCES.items():
        if name in params:
            find(state, RESOURCES[collection], params[name], livemode=livemode, param=name)
    things = list_visible(state, resource, livemode=livemode)
    if resource.collection == "events":
        things = [event for event in things if _is_wanted(event, params)]
    if resource.collection == "subscriptions":
        things = [each for each in things if _has_status(each, params.get("status"))]
        params = {name: value for name, value in params.items() if name != "status"}
    return [thing for thing in things if _matches(thing, params, resource)]


def page(
    things: Iterable[StripeObject],
    params: Mapping[str, Any],
    *,
    url: str,
    label: str,
    among: Iterable[StripeObject] | None = None,
) -> StripeObject:
    """Cut the page that the cursors and the limit ask for, newest first.

    :param things: oldest first
    :param label: what an error calls an object whose id cannot be a cursor
    :param among: every object of the kind, oldest first: each can be a cursor, even if the filters left it out
    :raises StripeError: an unknown cursor
    """
    newest = _newest(things)
    places = {thing["id"]: place for place, thing in enumerate(newest if among is None else _newest(among))}
    limit = params.get("limit", DEFAULT_LIMIT)
    for cursor in ("ending_before", "starting_after"):
        if cursor in params and params[cursor] not in places:
            raise errors.no_such(label, params[cursor], param=cursor)
    if "ending_before" in params:
        before = [thing for thing in newest if places[thing["id"]] < places[params["ending_before"]]]
        shown, more = before[-limit:], len(before) > limit
    else:
        start = places[params["starting_after"]] + 1 if "starting_after" in params else 0
        after = [thing for thing in newest if places[thing["id"]] >= start]
        shown, more = after[:limit], len(after) > limit
    return {"object": "list", "data": shown, "has_more": more, "url": url}


def _newest(things: Iterable[StripeObject]) -> list[StripeObject]:
    return sorted(things, key=lambda thing: int(thing.get("created", 0)))[::-1]


def _matches(thing: StripeObject, params: Mapping[str, Any], resource: Resource) -> bool:
    for name, wanted in params.items():
        value = _at(thing, resource.fields.get(name, name))
        if (name in _TIMES and not _is_within(value, wanted)) or (name in _EQUAL and not _equals(value, wanted)):
            return False
    return True


def _at(thing: Any, path: str) -> Any:
    for step in path.split("."):
        thing = (thing or {}).get(step)
    return thing


def _equals(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(value.get(name) == each for name, each in wanted.items())
    return bool(value == wanted)


def _is_within(value: int | None, wanted: int | dict[str, int]) -> bool:
    if value is None:
        return False
    if isinstance(wanted, int):
        return value == wanted
    return (
        wanted.get("gte", value) <= value <= wanted.get("lte", value)
        and value > wanted.get("gt", value - 1)
        and value < wanted.get("lt", value + 1)
    )


def _is_wanted(event: StripeObject, params: Mapping[str, Any]) -> bool:
    types = params.get("types") or [params.get("type", "*")]
    delivered = params.get("delivery_success")
    return any(fnmatch.fnmatchcase(event["type"], each) for each in types) and (
        delivered is None or delivered == (event["pending_webhooks"] == 0)
    )


def _has_status(subscription: StripeObject, wanted: str | None) -> bool:
    status = subscription.get("status")
    if wanted == "all":
        return True
    if wanted == "ended":
        return status in {"canceled", "incomplete_expired"}
    return status == wanted if wanted else status != "canceled"
