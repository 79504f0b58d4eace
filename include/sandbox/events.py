"""Events: what happened to an object, as a snapshot that never changes."""

import copy
from typing import Any

from sandbox.state import BY_STRIPE, Origin, State, StripeObject, new_id

API_VERSION = "2026-10-28.endive"


def emit(
    state: State,
    kind: str,
    thing: StripeObject,
    previous: dict[str, Any] | None = None,
    origin: Origin = BY_STRIPE,
    at: int | None = None,
) -> StripeObject:
    """Record that something happened to ``thing``.

    :param kind: Stripe's event type, ``charge.dispute.updated``
    :param previous: for updates, the changed members with their earlier values
    :param origin: the request behind it
    :param at: Unix seconds, where it is not now
    """
    data: dict[str, Any] = {"object": copy.deepcopy(thing)}
    if previous is not None:
        data["previous_attributes"] = copy.deepcopy(previous)
    event = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": state.clock.now() if at is None else at,
        "data": data,
        "livemode": state.account.livemode,
        "pending_webhooks": 0,
        "request": {"id": origin.request_id, "idempotency_key": origin.idempotency_key},
        "type": kind,
    }
    state.add("events", event)
    for listener in state.listeners:
        listener(event)
    return event


def changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The members of ``before`` that ``after`` has otherwise, nested objects member by member."""
    changed: dict[str, Any] = {}
    for name, old in before.items():
        new = after.get(name)
        if old == new:
            continue
        changed[name] = changes(old, new) if isinstance(old, dict) and isinstance(new, dict) else old
    changed.update({name: None for name in after if name not in before})
    return changed
