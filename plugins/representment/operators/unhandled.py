"""What came in and nobody here handles: event types, foreign accounts, messages that nobody could read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from disputes.errors import PersonNeededError
from representment.hooks.queue_hook import QueueHook
from representment.hooks.s3_store import S3Store
from representment.inbox.assets import QUEUE_URL
from representment.inbox.marks import Inbox
from representment.settings import ACCOUNTS, ROUNDS_URI, accounts_of
from representment.storage.records import as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow.sdk import Context


class UnhandledEventsOperator(BaseOperator):
    """Record each unknown event type and each unknown account once, and fail over it once; over dead letters always.

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

    def execute(self, context: Context) -> list[str]:
        """Return what is new, in words.

        :raises PersonNeededError: something is new, or there are dead letters
        """
        inbox = Inbox(context, f"{context['ti'].dag_id}.{context['ti'].task_id}")
        told = [*self._types(inbox), *self._accounts(inbox), *self._dead_letters()]
        inbox.mark()
        if told:
            raise PersonNeededError("; ".join(told), remedy="See plugins/representment/README.md, When a run is red")
        return told

    def _types(self, inbox: Inbox) -> list[str]:
        unknown = {hint.type: hint for hint in inbox.hints if hint.topic is None}
        return [
            f"events of type {kind} are not handled here"
            for kind, hint in sorted(unknown.items())
            if self.store.write_once(f"unknown_events/{kind}.json", as_json(_ids(hint.as_json())))
        ]

    def _accounts(self, inbox: Inbox) -> list[str]:
        from representment.hooks.stripe_hook import StripeHook

        ours = {StripeHook(one).extras.get("account") for one in accounts_of(self.accounts)}
        foreign = {hint.connected: hint for hint in inbox.hints if hint.connected and hint.connected not in ours}
        return [
            f"events of account {account} come in, which no connection stands for"
            for account, hint in sorted(foreign.items())
            if self.store.write_once(f"unknown_accounts/{account}.json", as_json(_ids(hint.as_json())))
        ]

    def _dead_letters(self) -> list[str]:
        if QUEUE_URL is None:
            return []
        depth = QueueHook(QUEUE_URL, aws_conn_id=self.aws_conn_id).dead_letters()
        if depth is None:
            self.log.warning("The queue has no dead-letter queue: a message that cannot be used comes again for ever")
        return [f"{depth} messages in the dead-letter queue"] if depth else []


def _ids(hint: dict[str, Any]) -> dict[str, Any]:
    """Without the receipt, which is worth nothing later."""
    return {name: value for name, value in hint.items() if name != "receipt"}
