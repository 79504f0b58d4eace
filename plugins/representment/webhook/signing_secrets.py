"""The signing secrets of the webhook endpoints: in the extra of each account's connection."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Lock

from airflow.models.connection import Connection
from airflow.models.variable import Variable
from airflow.sdk.exceptions import AirflowNotFoundException

from representment.settings import ACCOUNTS_VARIABLE, accounts_of

FRESH = 30.0
"""Seconds for which a secret is cached."""
AFTER_A_MISMATCH = 1.0
"""Seconds between two reads of a connection whose secrets do not match: one may just have been rolled."""


@dataclass(frozen=True)
class _Read:
    values: tuple[str, ...]
    at: float


@dataclass
class WebhookSecrets:
    """Caches for a short time which accounts exist, and their signing secrets.

    Only accounts that the variable `representment_accounts` lists are looked up, so a request for an invented one is
    answered from memory.
    """

    _accounts: _Read | None = None
    _secrets: dict[str, _Read] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def serves(self, account: str) -> bool:
        """Whether an account has an endpoint here.

        :param account: any text
        :raises InputError: the variable cannot be read
        """
        with self._lock:
            read, now = self._accounts, time.monotonic()
            if read is None or now - read.at > FRESH:
                listed = accounts_of(Variable.get(ACCOUNTS_VARIABLE, default_var="[]"))
                read = self._accounts = _Read(tuple(listed), now)
        return account in read.values

    def known(self, account: str) -> tuple[str, ...]:
        """The secrets of an account that :meth:`serves` has found."""
        return self._of(account, FRESH)

    def renewed(self, account: str) -> tuple[str, ...]:
        """The same, read again unless it was read a moment ago."""
        return self._of(account, AFTER_A_MISMATCH)

    def _of(self, account: str, seconds: float) -> tuple[str, ...]:
        read, now = self._secrets.get(account), time.monotonic()
        if read is None or now - read.at > seconds:
            read = self._secrets[account] = _Read(_secrets_of(account), now)
        return read.values


def _secrets_of(account: str) -> tuple[str, ...]:
    try:
        connection = Connection.get_connection_from_secrets(account)
    except AirflowNotFoundException:
        return ()
    if connection.conn_type != "stripe":
        return ()
    return tuple(str(connection.extra_dejson.get("webhook_secrets") or "").split())
