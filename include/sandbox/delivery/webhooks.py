"""Webhooks as Stripe sends them: signed, in no certain order, and again until they are taken.

The pauses between the attempts are short, since nobody rehearses for three days. A delivery that falls due while its
endpoint is disabled or deleted is given up (https://docs.stripe.com/webhooks, "Disable logic").
"""

import json
import time
from collections.abc import Mapping
from threading import Thread
from typing import Any

import urllib3

from sandbox import metadata
from sandbox.delivery.schedule import Schedule
from sandbox.delivery.webhook_endpoints import Delivery, WebhookEndpoint, check_url, new_secret
from sandbox.errors import invalid_request, no_such
from sandbox.state import State, StripeObject, new_id

MOST_ENDPOINTS = 16
"""How many endpoints an account may have in each mode."""
WORKERS = 4
PAUSES = tuple(0.5 * 2**attempt for attempt in range(9))
"""Seconds between one attempt and the next; after the tenth it is given up."""
TIMEOUT = 10.0
"""Seconds that an endpoint may take."""
_STOP_SECONDS = 1.0


class Webhooks:
    """The endpoints of an account, and the threads that post to them.

    Whoever calls its methods must hold the state's lock, except for `close`.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._endpoints: dict[str, WebhookEndpoint] = {}
        self._due: Schedule[tuple[WebhookEndpoint, Delivery]] = Schedule()
        self._threads: list[Thread] = []
        self._http = urllib3.PoolManager(maxsize=WORKERS, retries=False, timeout=urllib3.Timeout(total=TIMEOUT))

    def create(self, params: Mapping[str, Any], *, livemode: bool, secret: str | None = None) -> WebhookEndpoint:
        """``POST /v1/webhook_endpoints``: post events from now on to an address.

        :param params: ``url``, ``enabled_events``, and ``description``, ``metadata``, ``api_version`` where sent
        :param livemode: the caller's mode
        :param secret: the signing secret; a new one if left out
        :raises StripeError: an address of another machine, or one endpoint too many
        """
        check_url(params["url"])
        if sum(each.shown["livemode"] == livemode for each in self.endpoints()) >= MOST_ENDPOINTS:
            mode = "live" if livemode else "test"
            message = f"You have reached the maximum of {MOST_ENDPOINTS} {mode} webhook endpoints."
            raise invalid_request(message, chosen=True)
        shown = {
            "id": new_id("we"),
            "object": "webhook_endpoint",
            "api_version": params.get("api_version"),
            "application": None,
            "created": self._state.clock.now(),
            "description": params.get("description") or None,
            "enabled_events": list(params["enabled_events"]),
            "livemode": livemode,
            "metadata": metadata.merge({}, params.get("metadata", {})),
            "status": "enabled",
            "url": params["url"],
        }
        endpoint = WebhookEndpoint(self._state.add("webhook_endpoints", shown), secret or new_secret())
        self._endpoints[shown["id"]] = endpoint
        self._start()
        return endpoint

    def update(self, endpoint_id: str, params: Mapping[str, Any]) -> StripeObject:
        """``POST /v1/webhook_endpoints/{id}``.

        :param params: ``url``, ``enabled_events``, ``description``, ``disabled``, ``metadata``, each may be missing
        :raises StripeError: an address of another machine, or metadata that is refused; nothing was changed then
        """
        shown = self._endpoints[endpoint_id].shown
        if "url" in params:
            check_url(params["url"])
        shown["metadata"] = metadata.merge(shown["metadata"], params.get("metadata", {}))
        shown.update({name: params[name] for name in ("url", "enabled_events") if name in params})
        if "description" in params:
            shown["description"] = params["description"] or None
        if "disabled" in params:
            shown["status"] = "disabled" if params["disabled"] else "enabled"
        return shown

    def delete(self, endpoint_id: str) -> StripeObject:
        """``DELETE /v1/webhook_endpoints/{id}``: post nothing more there, nor what still waits."""
        endpoint = self._endpoints.pop(endpoint_id)
        del self._state.collections["webhook_endpoints"][endpoint_id]
        for delivery in endpoint.deliveries:
            if delivery.state == "pending":
                delivery.state = "given_up"
                delivery.event["pending_webhooks"] -= 1
        return {"id": endpoint_id, "object": "webhook_endpoint", "deleted": True}

    def endpoints(self) -> list[WebhookEndpoint]:
        """Every endpoint, oldest first."""
        return list(self._endpoints.values())

    def roll(self, endpoint_id: str) -> str:
        """Give an endpoint a new secret.

        :raises StripeError: an unknown endpoint
        """
        if endpoint_id not in self._endpoints:
            raise no_such("webhook endpoint", endpoint_id, status=404)
        return self._endpoints[endpoint_id].roll(self._state.clock.now())

    def send(self, event: StripeObject) -> None:
        """Post an event to every endpoint that wants it; returns at once."""
        for endpoint in self.endpoints():
            if endpoint.wants(event):
                delivery = Delivery(event)
                endpoint.deliveries.append(delivery)
                event["pending_webhooks"] += 1
                self._due.put((endpoint, delivery))

    def close(self) -> None:
        """Stop; a thread that is just posting may finish within a second. The caller must not hold the lock."""
        self._due.close()
        for thread in self._threads:
            thread.join(_STOP_SECONDS)
        self._http.clear()

    def _start(self) -> None:
        if not self._threads:
            self._threads = [Thread(target=self._work, daemon=True) for _ in range(WORKERS)]
            for thread in self._threads:
                thread.start()

    def _work(self) -> None:
        while (taken := self._due.take()) is not None:
            self._attempt(*taken)

    def _attempt(self, endpoint: WebhookEndpoint, delivery: Delivery) -> None:
        with self._state.lock:
            if delivery.state != "pending":  # its endpoint was deleted
                return
            if not endpoint.is_enabled:
                delivery.state = "given_up"
                return
            url, body, headers = self._request(endpoint, delivery.event)
        status = self._post(url, body, headers)
        with self._state.lock:
            delivery.attempts += 1
            delivery.last_status = status
            if delivery.state != "pending":
                return
            if status is not None and 200 <= status < 300:
                delivery.state = "delivered"
                delivery.event["pending_webhooks"] -= 1
            elif delivery.attempts > len(PAUSES):
                delivery.state = "given_up"
            else:
                self._due.put((endpoint, delivery), after=PAUSES[delivery.attempts - 1])

    def _request(self, endpoint: WebhookEndpoint, event: StripeObject) -> tuple[str, bytes, dict[str, str]]:
        """Address, body and headers. An event is in the endpoint's API version, where the endpoint has one."""
        version = endpoint.shown["api_version"] or event["api_version"]
        body = json.dumps(event | {"api_version": version}, indent=2, ensure_ascii=False).encode()
        now, livemode = self._state.clock.now(), self._state.account.livemode
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            # The receiver compares this time with a clock that the sandbox cannot move.
            "Stripe-Signature": endpoint.signature(body, at=int(time.time()), now=now, livemode=livemode),
        }
        return endpoint.shown["url"], body, headers

    def _post(self, url: str, body: bytes, headers: dict[str, str]) -> int | None:
        """The status that the endpoint answers, None where it does not answer. A redirect is not followed."""
        try:
            return self._http.request("POST", url, body=body, headers=headers, redirect=False).status
        except urllib3.exceptions.HTTPError:
            return None
