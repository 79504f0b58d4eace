"""A webhook endpoint: its address, its secrets, what was delivered to it, and how a delivery is signed."""

import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from sandbox.errors import invalid_request
from sandbox.state import StripeObject, new_id

ROLL_SECONDS = 24 * 3600
"""How long the old secret signs too after a roll."""


@dataclass
class Delivery:
    """One event on its way to one endpoint.

    :param last_status: the last answer's HTTP status; None where there was none
    """

    event: StripeObject
    attempts: int = 0
    last_status: int | None = None
    state: Literal["pending", "delivered", "given_up"] = "pending"


@dataclass
class WebhookEndpoint:
    """Where events are posted.

    :param secret: signs, and after a roll is the newest
    :param enabled_events: patterns of the types that are posted
    :ivar old_secrets: rolled secrets and until when they sign too, Unix seconds by the sandbox's clock
    """

    url: str
    secret: str
    enabled_events: tuple[str, ...] = ("*",)
    id: str = field(default_factory=lambda: new_id("we"))
    old_secrets: list[tuple[str, int]] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)

    def wants(self, kind: str) -> bool:
        """Whether events of this type are posted."""
        return any(fnmatchcase(kind, pattern) for pattern in self.enabled_events)

    def roll(self, now: int) -> str:
        """Sign with a new secret from now on, and for a day with the old one too; give the new one."""
        self.old_secrets.append((self.secret, now + ROLL_SECONDS))
        self.secret = f"whsec_{secrets.token_hex(16)}"
        return self.secret

    def signature(self, body: bytes, *, at: int, now: int, livemode: bool) -> str:
        """``Stripe-Signature`` of a body. Test mode adds a ``v0``, which is a decoy.

        :param at: what it says of its time, Unix seconds
        :param now: Unix seconds by the sandbox's clock, which ends old secrets
        """
        valid = [self.secret, *(secret for secret, until in self.old_secrets if now < until)]
        parts = [f"t={at}", *(f"v1={_mac(secret, at, body)}" for secret in valid)]
        return ",".join(parts if livemode else [*parts, f"v0={secrets.token_hex(32)}"])


def check_url(url: str) -> None:
    """Let through addresses of this machine alone: a rehearsal must not reach anybody else.

    :raises StripeError: no http address, or one of another machine
    """
    try:
        parts = parse_url(url)  # what the request is sent with, so that both read the same host
    except LocationParseError:
        raise invalid_request(f"Not a URL: {url}", param="url", chosen=True) from None
    if parts.scheme not in ("http", "https") or not _is_loopback(parts.host or ""):
        raise invalid_request(f"Only http(s) addresses of this machine are taken, not {url}", param="url", chosen=True)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _mac(secret: str, at: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
