"""What the sandbox holds: Stripe's objects by kind, the files' bytes and the bank's script. Knows no HTTP."""

import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from sandbox.clock import Clock

StripeObject = dict[str, Any]

COLLECTIONS = (
    "disputes",
    "charges",
    "customers",
    "payment_intents",
    "refunds",
    "invoices",
    "subscriptions",
    "files",
    "file_links",
    "events",
    "early_fraud_warnings",
    "webhook_endpoints",
)
_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Account:
    """The merchant's Stripe account.

    :param smart_disputes: Stripe may answer disputes by itself
    :param appeals: a lost chargeback may be appealed, where the script says so
    :param livemode: what every object of the account says
    """

    id: str = "acct_1FjordPine"
    smart_disputes: bool = False
    appeals: bool = False
    livemode: bool = False


@dataclass(frozen=True)
class Origin:
    """The request that caused a change; empty for what Stripe does on its own."""

    request_id: str | None = None
    idempotency_key: str | None = None


BY_STRIPE = Origin()


@dataclass(frozen=True)
class Due:
    """Something that the bank or the network does later.

    :param at: Unix seconds
    :param action: ``won``, ``lost`` or ``escalate``
    """

    at: int
    action: str


@dataclass
class State:
    """Everything that one account holds.

    :param script: what the bank does, by dispute id, in the words of the seeds' ``script.yaml``
    :ivar contents: the bytes of each file, by file id
    :ivar file_modes: each file's livemode by id, since the object does not say it
    :ivar attached: the dispute that each file was first attached to, by file id
    :ivar due: the next thing the bank does, by dispute id
    :ivar prefilled: the enhanced evidence that Stripe filled in, by dispute id
    :ivar withdrawn: disputes that the cardholder has withdrawn
    :ivar escalated: disputes that used to be inquiries
    :ivar withheld: disputes that have not arrived yet, by id; the API does not show them
    :ivar happened: what the script's ``meanwhile`` has already done, as dispute id and position
    :ivar listeners: called with each new event, while the lock is held
    :ivar lock: held around each request
    """

    clock: Clock
    account: Account = Account()
    script: dict[str, dict[str, Any]] = field(default_factory=dict)
    collections: dict[str, dict[str, StripeObject]] = field(
        default_factory=lambda: {name: {} for name in COLLECTIONS}, init=False
    )
    contents: dict[str, bytes] = field(default_factory=dict, init=False)
    file_modes: dict[str, bool] = field(default_factory=dict, init=False)
    due: dict[str, Due] = field(default_factory=dict, init=False)
    attached: dict[str, str] = field(default_factory=dict, init=False)
    prefilled: dict[str, dict[str, Any]] = field(default_factory=dict, init=False)
    withdrawn: set[str] = field(default_factory=set, init=False)
    escalated: set[str] = field(default_factory=set, init=False)
    withheld: dict[str, StripeObject] = field(default_factory=dict, init=False)
    happened: set[tuple[str, int]] = field(default_factory=set, init=False)
    listeners: list[Callable[[StripeObject], None]] = field(default_factory=list, init=False, repr=False)
    lock: RLock = field(default_factory=RLock, init=False, repr=False)

    def get(self, collection: str, object_id: str) -> StripeObject | None:
        """The object; None for an unknown id."""
        return self.collections[collection].get(object_id)

    def add(self, collection: str, thing: StripeObject) -> StripeObject:
        """Keep a new object under its ``id``."""
        self.collections[collection][thing["id"]] = thing
        return thing


def new_id(prefix: str) -> str:
    """An id as Stripe makes them: ``file_1`` and 23 letters and digits."""
    return f"{prefix}_1" + "".join(secrets.choice(_ALPHABET) for _ in range(23))
