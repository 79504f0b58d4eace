"""The control routes for where events go: webhook endpoints, queues, and sending stored events again."""

import fnmatch
import itertools
import random
from typing import Any, get_args

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, field_validator
from stripe.params import WebhookEndpointCreateParams

from sandbox.context import Sandbox
from sandbox.delivery.webhook_endpoints import WebhookEndpoint
from sandbox.errors import no_such
from sandbox.http.params import parameters_of

EVENT_TYPES = get_args(get_args(parameters_of(WebhookEndpointCreateParams)["enabled_events"])[0])
"""Every type of event that Stripe's API lets an endpoint choose, as the package lists them."""


class NewEndpoint(BaseModel):
    """The body of ``POST webhook_endpoints``.

    :param secret: the signing secret, in ASCII; if left out, the one that the sandbox printed at its start
    :param enabled_events: types that are posted; a ``*`` in one stands for any text
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    secret: str | None = Field(None, pattern=r"^[!-~]+$")
    enabled_events: tuple[str, ...] = ("*",)

    @field_validator("enabled_events")
    @classmethod
    def _find_types(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        """Replace patterns by the types that they match; Stripe's API takes types and ``*``, but no patterns."""
        found = [fnmatch.filter(EVENT_TYPES, pattern) for pattern in patterns]
        for pattern, types in zip(patterns, found, strict=True):
            if not types:
                raise ValueError(f"Stripe has no event type {pattern}")
        return ("*",) if "*" in patterns else tuple(dict.fromkeys(itertools.chain(*found)))


class NewQueue(BaseModel):
    """The body of ``POST queues``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str


class Redelivery(BaseModel):
    """The body of ``POST deliver``.

    :param events: ids
    :param copies: how often each is sent
    :param shuffle: seed of the order; None keeps it
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    events: list[str]
    copies: int = Field(1, ge=1)
    shuffle: int | None = None


class EventControl:
    """What these routes do."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._state = sandbox.state

    def add_endpoint(self) -> Response:
        """Create an endpoint as the API does, with a secret that is known beforehand."""
        wanted = NewEndpoint.model_validate(request.get_json(force=True))
        with self._state.lock:
            endpoint = self._sandbox.webhooks.create(
                {"url": wanted.url, "enabled_events": wanted.enabled_events},
                livemode=self._state.account.livemode,
                secret=wanted.secret or self._sandbox.keys.webhook_secret,
            )
            return jsonify(id=endpoint.shown["id"], secret=endpoint.secret)

    def endpoints(self) -> Response:
        """Give every endpoint, its secret, and what was delivered to it."""
        with self._state.lock:
            return jsonify([_show(endpoint) for endpoint in self._sandbox.webhooks.endpoints()])

    def roll(self, endpoint_id: str) -> Response:
        """Give an endpoint a new secret; for a day the old one also signs."""
        with self._state.lock:
            return jsonify(secret=self._sandbox.webhooks.roll(endpoint_id))

    def deliver(self) -> Response:
        """Send stored events again, to every endpoint and queue."""
        wanted = Redelivery.model_validate(request.get_json(force=True))
        with self._state.lock:
            known = self._state.collections["events"]
            for event_id in wanted.events:
                if event_id not in known:
                    raise no_such("event", event_id)
            order = wanted.events * wanted.copies
            if wanted.shuffle is not None:
                random.Random(wanted.shuffle).shuffle(order)  # noqa: S311 - the same order for the same seed
            for event_id in order:
                for listener in self._state.listeners:
                    listener(known[event_id])
        return jsonify(events=order)

    def add_queue(self) -> Response:
        """Send every event from now on to an SQS queue."""
        wanted = NewQueue.model_validate(request.get_json(force=True))
        self._sandbox.queues.register(wanted.url)
        return self.queues()

    def queues(self) -> Response:
        """Give every queue and how many events it got."""
        return jsonify([vars(target) for target in self._sandbox.queues.targets()])

    def forget_queues(self) -> Response:
        """Stop sending to queues."""
        self._sandbox.queues.forget()
        return jsonify([])


def register(routes: Blueprint, sandbox: Sandbox) -> None:
    """Add these routes."""
    does = EventControl(sandbox)
    for method, rule, view in (
        ("POST", "/webhook_endpoints", does.add_endpoint),
        ("GET", "/webhook_endpoints", does.endpoints),
        ("POST", "/webhook_endpoints/<endpoint_id>/roll", does.roll),
        ("POST", "/deliver", does.deliver),
        ("POST", "/queues", does.add_queue),
        ("GET", "/queues", does.queues),
        ("DELETE", "/queues", does.forget_queues),
    ):
        routes.add_url_rule(rule, f"{method} {rule}", view, methods=[method])


def _show(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": endpoint.shown["id"],
        "url": endpoint.shown["url"],
        "secret": endpoint.secret,
        "deliveries": [
            {
                "event": each.event["id"],
                "type": each.event["type"],
                "attempts": each.attempts,
                "last_status": each.last_status,
                "state": each.state,
            }
            for each in endpoint.deliveries
        ],
    }
