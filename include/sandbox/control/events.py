"""The control routes for where events go: webhook endpoints, queues, and sending what was sent before."""

import random
from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field

from sandbox.context import Sandbox
from sandbox.delivery.webhook_endpoints import WebhookEndpoint
from sandbox.errors import no_such


class NewEndpoint(BaseModel):
    """The body of ``POST webhook_endpoints``.

    :param secret: signs, in ASCII; the one that the sandbox printed at its start where there is none
    :param enabled_events: types that are posted, ``*`` standing for any; as Stripe's own parameter of that name
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    secret: str | None = Field(None, pattern=r"^[!-~]+$")
    enabled_events: tuple[str, ...] = ("*",)


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
        """Post every event from now on to an address."""
        wanted = NewEndpoint.model_validate(request.get_json(force=True))
        with self._state.lock:
            endpoint = self._sandbox.webhooks.register(wanted.url, wanted.secret, wanted.enabled_events)
        return jsonify(id=endpoint.id, secret=endpoint.secret)

    def endpoints(self) -> Response:
        """Tell every endpoint and what was delivered to it."""
        with self._state.lock:
            return jsonify([_show(endpoint) for endpoint in self._sandbox.webhooks.endpoints()])

    def forget_endpoints(self) -> Response:
        """Post no more."""
        with self._state.lock:
            self._sandbox.webhooks.forget()
        return jsonify([])

    def roll(self, endpoint_id: str) -> Response:
        """Give an endpoint a new secret; the old one signs too for a day."""
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
        """Tell every queue and how many events it got."""
        return jsonify([vars(target) for target in self._sandbox.queues.targets()])

    def forget_queues(self) -> Response:
        """Send to no queue any more."""
        self._sandbox.queues.forget()
        return jsonify([])


def register(routes: Blueprint, sandbox: Sandbox) -> None:
    """Add these routes."""
    does = EventControl(sandbox)
    for method, rule, view in (
        ("POST", "/webhook_endpoints", does.add_endpoint),
        ("GET", "/webhook_endpoints", does.endpoints),
        ("DELETE", "/webhook_endpoints", does.forget_endpoints),
        ("POST", "/webhook_endpoints/<endpoint_id>/roll", does.roll),
        ("POST", "/deliver", does.deliver),
        ("POST", "/queues", does.add_queue),
        ("GET", "/queues", does.queues),
        ("DELETE", "/queues", does.forget_queues),
    ):
        routes.add_url_rule(rule, f"{method} {rule}", view, methods=[method])


def _show(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": endpoint.id,
        "url": endpoint.url,
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
