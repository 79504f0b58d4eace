"""Reads Stripe's events: which object each is about. An event is a hint, so only its ids are kept."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from disputes.response.idempotency import KEY_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

_ID = re.compile(r"[A-Za-z0-9_]{1,255}")
_TYPE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+){1,9}")
_THIN = "v1."
"""Prefix of the type of a thin (v2) event that corresponds to an event of API v1."""

WEBHOOK_ASSET = ("stripe_webhook", "representment://stripe/webhook")
QUEUE_ASSET = ("stripe_queue", "representment://stripe/queue")
"""Name and URI of the Airflow assets whose events are hints."""


class Topic(StrEnum):
    """What an event is about, and so which DAG it wakes."""

    DISPUTE = "dispute"
    DISPUTE_ENDED = "dispute_ended"
    EARLY_FRAUD_WARNING = "early_fraud_warning"


TOPICS = {
    "charge.dispute.closed": Topic.DISPUTE_ENDED,
    "charge.dispute.funds_reinstated": Topic.DISPUTE_ENDED,
    "charge.dispute.": Topic.DISPUTE,
    "radar.early_fraud_warning.": Topic.EARLY_FRAUD_WARNING,
}
"""Prefix of an event's type -> its topic; the first match counts."""
WAKING_ASSETS = {topic: (f"stripe_{topic}", f"representment://stripe/{topic}") for topic in Topic}
"""Name and URI of the assets whose events wake a DAG. All DAGs read the same hints; each wakes only for its topic."""


@dataclass(frozen=True)
class Hint:
    """Something happened to an object at Stripe. Contains only ids, since it is stored in Airflow's database.

    :param event: the event's id
    :param type: the event's type, without the prefix of a thin event
    :param object: id of the object it is about; None where it has none
    :param account: connection that a webhook came in by; None for a queue, which may serve several
    :param connected: `acct_…` where the event is a connected account's
    :param receipt: handle by which the message is deleted from its queue
    """

    event: str
    type: str
    object: str | None
    account: str | None = None
    connected: str | None = None
    receipt: str | None = None

    @staticmethod
    def is_echo(event: Mapping[str, Any]) -> bool:
        """Whether a snapshot event is about our own update; there are many of these, and they contain nothing new."""
        request = event.get("request")
        key = request.get("idempotency_key") if isinstance(request, dict) else None
        return event.get("type") == "charge.dispute.updated" and str(key).startswith(KEY_PREFIX)

    @property
    def topic(self) -> Topic | None:
        """Its topic; None for a type that nothing here handles."""
        return next((topic for prefix, topic in TOPICS.items() if self.type.startswith(prefix)), None)

    @classmethod
    def of(cls, event: Any, *, account: str | None = None) -> Self | None:
        """Read a Stripe event, snapshot or thin; None for anything else.

        Source: https://docs.stripe.com/event-destinations
        """
        if not isinstance(event, dict) or event.get("object") not in ("event", "v2.core.event"):
            return None
        kind = str(event.get("type")).removeprefix(_THIN)
        if not _TYPE.fullmatch(kind) or _id(event.get("id")) is None:
            return None
        data = event.get("data")
        subject = event.get("related_object") or (data.get("object") if isinstance(data, dict) else None)
        found = _id(subject.get("id")) if isinstance(subject, dict) else None
        connected = _id(event.get("account") or event.get("context"))
        return cls(event["id"], kind, found, account=account, connected=connected)

    @classmethod
    def of_message(cls, body: str, receipt: str) -> Self | None:
        """Read a queue's message: EventBridge's envelope, a bare event, or either of them by way of SNS; else None.

        Source: https://docs.stripe.com/event-destinations/eventbridge
        """
        try:
            content = json.loads(body)
            if isinstance(content, dict) and content.get("Type") == "Notification":
                content = json.loads(content["Message"])
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
        event = content.get("detail", content) if isinstance(content, dict) else None
        hint = cls.of(event)
        return replace(hint, receipt=receipt) if hint else None

    @classmethod
    def from_json(cls, stored: Any) -> Self | None:
        """Read back what :meth:`as_json` gave; None for anything else."""
        try:
            return cls(**stored)
        except TypeError:
            return None

    def as_json(self) -> dict[str, str | None]:
        """Its ids; members without a value are left out, except those whose null has a meaning."""
        return {
            name: value
            for name, value in asdict(self).items()
            if value is not None or name in ("event", "type", "object", "account")
        }

    def concerns(self, account: str, connected: str | None) -> bool:
        """Whether it concerns a connection. A hint that names no account concerns every direct account.

        :param account: the connection
        :param connected: the connection's `acct_…`, if it stands for a connected account
        """
        if self.connected is not None:
            return self.connected == connected
        if self.account is not None:
            return self.account == account
        return connected is None


def _id(value: Any) -> str | None:
    return value if isinstance(value, str) and _ID.fullmatch(value) else None
