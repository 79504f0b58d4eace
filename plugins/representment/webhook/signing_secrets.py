"""The signing secrets of the webhook endpoints: in the extra of each account's connection."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from threading import Lock

from airflow.models.connection import Connection
from airflow.sdk.exceptions import AirflowNotFoundException
from cachetools import LRUCache

from representment.webhook.signature import is_signed

FRESH = 30.0
"""Seconds that secrets are believed."""
ONCE_A = 1.0
"""Seconds between two reads of a connection because a signature did not fit: it may have been rolled just now."""
REMEMBERED = 256
_CONNECTION_ID = re.compile(r"[A-Za-z0-9_.-]{1,250}")


@dataclass(frozen=True)
class _Known:
    secrets: tuple[str, ...]
    at: float


@dataclass
class WebhookSecrets:
    """Keeps what connections say for a short time, ids of no connection too."""

    _known: LRUCache[str, _Known] = field(default_factory=lambda: LRUCache(REMEMBERED))
    _lock: Lock = field(default_factory=Lock)

    def signed(self, account: str, body: bytes, header: str) -> bool:
        """Whether Stripe signed a body for this account's endpoint.

        :param account: id of a connection of type `stripe`; any text
        """
        if not header or not _CONNECTION_ID.fullmatch(account):
            return False
        if is_signed(body, header, self._secrets(account, FRESH), now=time.time()):
            return True
        return is_signed(body, header, self._secrets(account, ONCE_A), now=time.time())

    def _secrets(self, account: str, seconds: float) -> tuple[str, ...]:
        now = time.monotonic()
        with self._lock:
            known = self._known.get(account)
        if known is None or now - known.at > seconds:
            known = _Known(_read(account), now)
            with self._lock:
                self._known[account] = known
        return known.secrets


def _read(account: str) -> tuple[str, ...]:
    try:
        connection = Connection.get_connection_from_secrets(account)
    except AirflowNotFoundException:
        return ()
    if connection.conn_type != "stripe":
        return ()
    return tuple(str(connection.extra_dejson.get("webhook_secrets") or "").split())
