"""A webhook endpoint: what the API shows of it, its secrets, what was delivered to it, and how a delivery is signed."""

import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass, field
from typing import Literal

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from sandbox.errors import invalid_request
from sandbox.state import StripeObject

ROLL_SECONDS = 24 * 3600
"""How long after a roll the old secret also signs."""


@dataclass
class Delivery:
    """One event on its way to one endpoint.

    :param last_status: the HTTP status of the last answer; None where there was no answer
    """

    event: StripeObject
    attempts: int = 0
    last_status: int | None = None
    state: Literal["pending", "delivered", "given_up"] = "pending"


@dataclass
class WebhookEndpoint:
    """Where events are posted.

    :param shown: the object that the API shows, without a secret
    :param secret: signs every delivery; after a roll this is the new one
    :ivar old_secrets: rolled secrets and until when they also sign, Unix seconds by the sandbox's clock
    """

    shown: StripeObject
    secret: str
    old_secrets: list[tuple[str, int]] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)

    @property
    def is_enabled(self) -> bool:
        """Whether anything is posted."""
        return bool(self.shown["status"] == "enabled")

    def wants(self, event: StripeObject) -> bool:
        """Whether an event is posted: its type is enabled, and it is of the endpoint's own mode."""
        types = self.shown["enabled_events"]
        chosen = "*" in types or event["type"] in types
        return self.is_enabled and chosen and bool(event["livemode"] == self.shown["livemode"])

    def roll(self, now: int) -> str:
        """Sign with a new secret from now on, and for a day with the old one too; return the new one."""
        self.old_secrets.append((self.secret, now + ROLL_SECONDS))
        self.secret = new_secret()
        return self.secret

    def signature(self, body: bytes, *, at: int, now: int, livemode: bool) -> str:
        """``Stripe-Signature`` of a body. Test mode adds a ``v0``, which is a decoy.

        :param at: the time that the signature states, Unix seconds
        :param now: Unix seconds by the sandbox's clock, which ends old secrets
        """
        valid = [self.secret, *(secret for secret, until in self.old_secrets if now < until)]
        parts = [f"t={at}", *(f"v1={_mac(secret, at, body)}" for secret in valid)]
        return ",".join(parts if livemode else [*parts, f"v0={secrets.token_hex(32)}"])


def new_secret() -> str:
    """A signing secret as Stripe makes them."""
    return f"whsec_{secrets.token_hex(16)}"


def check_url(url: str) -> None:
    """Refuse every address but those of this machine: a rehearsal must not reach anybody else.

    :raises StripeError: not an http address, or one of another machine
    """
    try:
        parts = parse_url(url)  # what the request is sent with, so that both read the same host
    except LocationParseError:
        raise invalid_request("Not a valid URL", code="url_invalid", param="url") from None
    if parts.scheme not in ("http", "https") or not _is_loopback(parts.host or ""):
        message = f"This sandbox posts only to http(s) addresses of its own machine, not to {url}"
        raise invalid_request(message, code="url_invalid", param="url", chosen=True)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _mac(secret: str, at: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
