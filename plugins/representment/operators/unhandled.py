"""Reports events that nothing here handles: unknown types, unknown accounts, unreadable messages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from disputes.errors import PersonNeededError
from representment.exceptions import AlreadyNotifiedError
from representment.hooks.queue_hook import QueueHook
from representment.hooks.s3_store import S3Store
from representment.inbox.assets import QUEUE_URL
from representment.inbox.marks import Inbox
from representment.notifying import Delivery, notify_then_mark
from representment.settings import ACCOUNTS, ROUNDS_URI, accounts_of
from representment.storage.records import as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow.sdk import Context

    from representment.inbox.events import Hint

REMEDY = "See plugins/representment/README.md, When a run is red"


@dataclass(frozen=True)
class Unknown:
    """Something that arrived and that nothing here handles.

    :param record: the name that it is recorded under, once people were notified about it
    :param words: what came in
    :param hint: such an event
    """

    record: str
    words: str
    hint: Hint


class UnhandledEventsOperator(BaseOperator):
    """Record each unknown event type and each unknown account, and fail once for each; always fail on dead letters.

    Needs `inlets=HINTED`.

    :param rounds_uri: `s3://…` below which the records are kept (templated)
    :param accounts: the accounts' connections, JSON (templated)
    :param aws_conn_id: connection of type `aws`
    """

    template_fields: Sequence[str] = ("rounds_uri", "accounts")

    def __init__(
        self,
        *,
        rounds_uri: str = ROUNDS_URI,
        accounts: str = ACCOUNTS,
        aws_conn_id: str = "aws_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.rounds_uri = rounds_uri
        self.accounts = accounts
        self.aws_conn_id = aws_conn_id

    @cached_property
    def store(self) -> S3Store:
        """Where the records are kept."""
        return S3Store(self.rounds_uri, aws_conn_id=self.aws_conn_id)

    def execute(self, context: Context) -> None:
        """Return nothing: anything new is an error.

        :raises PersonNeededError: something is new, or there are dead letters
        :raises NotifierError: every notifier has failed; the next try sends it again
        """
        inbox = Inbox(context, f"{context['ti'].dag_id}.{context['ti'].task_id}")
        new = [one for one in (*self._types(inbox), *self._accounts(inbox)) if self.store.read(one.record) is None]
        problems = self._notify(new) if new else []
        inbox.mark()
        problems += self._dead_letters()
        words = [one.words for one in new]
        if problems:
            raise PersonNeededError("; ".join([*words, *problems]), remedy=REMEDY)
        if new:
            raise AlreadyNotifiedError("; ".join(words), remedy=REMEDY)

    def _notify(self, new: list[Unknown]) -> list[str]:
        def mark(_: Delivery) -> None:
            for one in new:
                self.store.write_once(one.record, as_json(_ids(one.hint.as_json())))

        return notify_then_mark(
            "Stripe sends events that nothing here handles", "\n".join(one.words for one in new), mark
        )

    def _types(self, inbox: Inbox) -> list[Unknown]:
        unknown = {hint.type: hint for hint in inbox.hints if hint.topic is None}
        return [
            Unknown(f"unknown_events/{kind}.json", f"events of type {kind} are not handled here", hint)
            for kind, hint in sorted(unknown.items())
        ]

    def _accounts(self, inbox: Inbox) -> list[Unknown]:
        from representment.hooks.stripe_hook import StripeHook

        ours = {StripeHook(one).extras.get("account") for one in accounts_of(self.accounts)}
        foreign = {hint.connected: hint for hint in inbox.hints if hint.connected and hint.connected not in ours}
        return [
            Unknown(
                f"unknown_accounts/{account}.json",
                f"events of account {account} come in, but no connection is set up for it",
                hint,
            )
            for account, hint in sorted(foreign.items())
        ]

    def _dead_letters(self) -> list[str]:
        if QUEUE_URL is None:
            return []
        depth = QueueHook(QUEUE_URL, aws_conn_id=self.aws_conn_id).dead_letters()
        if depth is None:
            self.log.warning(
                "The queue has no dead-letter queue: a message that cannot be used is delivered again and again"
            )
        return [f"{depth} messages in the dead-letter queue"] if depth else []


def _ids(hint: dict[str, Any]) -> dict[str, Any]:
    """Without the receipt, which is worth nothing later."""
    return {name: value for name, value in hint.items() if name != "receipt"}
