"""Lists the Stripe accounts: each is the id of an Airflow connection, and gets its own mapped task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from representment.inbox.marks import PollClock
from representment.inbox.unread import HOURLY
from representment.settings import ACCOUNTS, accounts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow.sdk import Context


class AccountsOperator(BaseOperator):
    """List the Stripe accounts, each by the id of its connection.

    :param accounts: the variable's value, parsed from JSON (templated)
    """

    template_fields: Sequence[str] = ("accounts",)

    def __init__(self, *, accounts: str = ACCOUNTS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.accounts = accounts

    def execute(self, context: Context) -> list[str]:
        """Return the connections' ids, each once.

        :raises InputError: the variable does not hold a list of connection ids
        """
        return accounts_of(self.accounts)


class PolledAccountsOperator(AccountsOperator):
    """List the accounts whose rounds must all be read: mostly none if an event woke the run, which then costs no task.

    Needs `inlets=HINTED`.
    """

    def execute(self, context: Context) -> list[str]:
        """Return the connections' ids."""
        clock = PollClock(context, f"{context['ti'].dag_id}.{self.task_id}", HOURLY)
        if not clock.is_due:
            return []
        clock.set()
        return super().execute(context)
