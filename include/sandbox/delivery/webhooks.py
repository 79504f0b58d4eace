"""Webhooks as Stripe sends them: signed, side by side and so in any order, and again until they are taken.

The pauses between the attempts are short, since nobody rehearses for three days.
"""

import json
import time
from threading import Thread

import urllib3

from sandbox.delivery.schedule import Schedule
from sandbox.delivery.webhook_endpoints import Delivery, WebhookEndpoint, check_url
from sandbox.errors import invalid_request
from sandbox.state import State, StripeObject

WORKERS = 4
PAUSES = tuple(0.5 * 2**attempt for attempt in range(9))
"""Seconds between one attempt and the next; after the tenth it is given up."""
TIMEOUT = 10.0
"""Seconds that an endpoint may take."""
_STOP_SECONDS = 1.0


class Webhooks:
    """The endpoints of an account, and the threads that post to them.

    :param secret: signs for an endpoint that brings none of its own
    """

    def __init__(self, state: State, secret: str) -> None:
        self._state = state
        self._secret = secret
        self._endpoints: dict[str, WebhookEndpoint] = {}
        self._due: Schedule[tuple[WebhookEndpoint, Delivery]] = Schedule()
        self._threads: list[Thread] = []
        self._http = urllib3.PoolManager(maxsize=WORKERS, retries=False, timeout=urllib3.Timeout(total=TIMEOUT))

    def register(
        self, url: str, secret: str | None = None, enabled_events: tuple[str, ...] = ("*",)
    ) -> WebhookEndpoint:
        """Post every event of those types from now on to ``url``.

        :raises StripeError: an address of another machine
        """
        check_url(url)
        endpoint = WebhookEndpoint(url, secret or self._secret, enabled_events)
        self._endpoints[endpoint.id] = endpoint
        if not self._threads:
            self._threads = [Thread(target=self._work, daemon=True) for _ in range(WORKERS)]
            for thread in self._threads:
                thread.start()
        return endpoint

    def endpoints(self) -> list[WebhookEndpoint]:
        """Every endpoint, oldest first."""
        return list(self._endpoints.values())

    def roll(self, endpoint_id: str) -> str:
        """Give an endpoint a new secret.

        :raises StripeError: an unknown endpoint
        """
        if endpoint_id not in self._endpoints:
            raise invalid_request(f"No such webhook endpoint: {endpoint_id}", status=404, chosen=True)
        return self._endpoints[endpoint_id].roll(self._state.clock.now())

    def forget(self) -> None:
        """Post no more, what waits neither. The state's lock must be held."""
        waiting = [each for endpoint in self.endpoints() for each in endpoint.deliveries if each.state == "pending"]
        self._endpoints.clear()
        for delivery in waiting:
            delivery.state = "given_up"
            delivery.event["pending_webhooks"] -= 1

    def send(self, event: StripeObject) -> None:
        """Post an event to every endpoint that wants it; returns at once. The state's lock must be held."""
        for endpoint in filter(lambda each: each.wants(event["type"]), self.endpoints()):
            delivery = Delivery(event)
            endpoint.deliveries.append(delivery)
            event["pending_webhooks"] += 1
            self._due.put((endpoint, delivery))

    def close(self) -> None:
        """Stop; who is just posting may finish within a second."""
        self._due.close()
        for thread in self._threads:
            thread.join(_STOP_SECONDS)
        self._http.clear()

    def _work(self) -> None:
        while (taken := self._due.take()) is not None:
            self._attempt(*taken)

    def _attempt(self, endpoint: WebhookEndpoint, delivery: Delivery) -> None:
        if delivery.state != "pending":  # its endpoint was forgotten
            return
        status = self._post(endpoint, delivery.event)
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

    def _post(self, endpoint: WebhookEndpoint, event: StripeObject) -> int | None:
        """The status that the endpoint answers, None where it does not. A redirect is an answer and no more."""
        body = json.dumps(event, indent=2, ensure_ascii=False).encode()
        now, livemode = self._state.clock.now(), self._state.account.livemode
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            # The receiver compares this time with a clock that the sandbox cannot move.
            "Stripe-Signature": endpoint.signature(body, at=int(time.time()), now=now, livemode=livemode),
        }
        try:
            return self._http.request("POST", endpoint.url, body=body, headers=headers, redirect=False).status
        except urllib3.exceptions.HTTPError:
            return None
