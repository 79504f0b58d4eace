"""Who asks: keys, modes, accounts and API versions."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import get_args

from stripe.params import WebhookEndpointCreateParams

from sandbox.events import API_VERSION
from sandbox.http import request_errors
from sandbox.http.params import parameters_of

_VERSIONS = frozenset(get_args(parameters_of(WebhookEndpointCreateParams)["api_version"]))
"""Every release, as the package lists them."""


@dataclass(frozen=True)
class Keys:
    """The account's keys and its webhook secret, all made from one token.

    :param token: letters and digits
    :param livemode: the account's mode, which its keys share
    """

    token: str
    livemode: bool = False

    @property
    def secret(self) -> str:
        """May do everything."""
        return f"sk_{self._mode}_{self.token}"

    @property
    def restricted(self) -> str:
        """May only read."""
        return f"rk_{self._mode}_{self.token}"

    @property
    def publishable(self) -> str:
        """For browsers; may do nothing here."""
        return f"pk_{self._mode}_{self.token}"

    @property
    def expired(self) -> str:
        """Was rolled."""
        return f"sk_{self._mode}_expired{self.token}"

    @property
    def webhook_secret(self) -> str:
        """Signs webhooks."""
        return f"whsec_{self.token}"

    @property
    def of_other_mode(self) -> str:
        """May do everything, in the mode that holds none of the objects."""
        return f"sk_{'test' if self.livemode else 'live'}_{self.token}"

    @property
    def _mode(self) -> str:
        return "live" if self.livemode else "test"


@dataclass(frozen=True)
class Caller:
    """Who asks, according to the key."""

    key: str
    livemode: bool
    read_only: bool


def authenticate(authorization: str | None, keys: Keys) -> Caller:
    """Read the key from a Bearer or Basic ``Authorization``.

    :raises StripeError: no key, or one that is wrong, expired or publishable
    """
    key = _key(authorization or "")
    if not key:
        raise request_errors.no_key()
    kind, _, rest = key.partition("_")
    mode, _, token = rest.partition("_")
    if mode not in {"test", "live"} or kind not in {"sk", "rk", "pk"}:
        raise request_errors.wrong_key(mask(key))
    if token == f"expired{keys.token}":
        raise request_errors.expired_key(mask(key))
    if token != keys.token:
        raise request_errors.wrong_key(mask(key))
    if kind == "pk":
        raise request_errors.publishable_key()
    return Caller(key, livemode=mode == "live", read_only=kind == "rk")


def check_account(caller: Caller, wanted: str | None, own: str) -> None:
    """Check ``Stripe-Account``. The sandbox's account is not a platform, so it may only name itself.

    :raises StripeError: another account
    """
    if wanted and wanted != own:
        raise request_errors.no_access(mask(caller.key), wanted)


def check_right(caller: Caller, method: str, right: str, account: str) -> None:
    """Check what a restricted key may do: GET needs read, POST and DELETE write.

    :param right: what is written, ``dispute`` or ``file``
    :raises StripeError: a read-only key that writes
    """
    if caller.read_only and method != "GET":
        raise request_errors.no_permission(mask(caller.key), account, f"rak_{right}_write")


def check_version(version: str | None) -> str:
    """Return the API version that the answer names; every version is answered in the shape of the newest.

    :raises StripeError: a version that Stripe has never had
    """
    if not version:
        return API_VERSION
    if version.partition(";")[0].strip() not in _VERSIONS:
        raise request_errors.unknown_version(version)
    return version


def mask(key: str) -> str:
    """Hide a key but for its kind, its mode and its last four characters."""
    shown = 8 if re.match(r"(sk|rk|pk)_(test|live)_", key) else 3
    return key[:shown] + "*" * max(len(key) - shown - 4, 4) + key[-4:]


def _key(authorization: str) -> str:
    scheme, _, value = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
