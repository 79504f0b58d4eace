"""Base classes of the operators: Stripe, the rounds' records in S3, and which response a task belongs to."""

from __future__ import annotations

from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from airflow.sdk import BaseOperator

from disputes.errors import GuardError
from disputes.rounds import RunId
from representment.hooks.s3_store import S3Store
from representment.settings import DEFAULT_ACCOUNT, RESPONSE_ID, ROUNDS_URI, RUN_ACCOUNT
from representment.storage.indexes import read_index, read_index_of
from representment.storage.round_folder import RoundFolder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from airflow.sdk import Context

    from representment.guard import Guard
    from representment.hooks.stripe_hook import StripeHook
    from representment.storage.indexes import Rows


class RoundsOperator(BaseOperator):
    """An operator that uses Stripe and the rounds' records.

    :param rounds_uri: `s3://…` below which the rounds' records are kept (templated)
    :param stripe_conn_id: connection of type `stripe`, one account's (templated)
    :param aws_conn_id: connection of type `aws`
    """

    template_fields: Sequence[str] = ("rounds_uri", "stripe_conn_id")

    def __init__(
        self,
        *,
        rounds_uri: str = ROUNDS_URI,
        stripe_conn_id: str = DEFAULT_ACCOUNT,
        aws_conn_id: str = "aws_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.rounds_uri = rounds_uri
        self.stripe_conn_id = stripe_conn_id
        self.aws_conn_id = aws_conn_id

    @cached_property
    def stripe(self) -> StripeHook:
        """Stripe, as far as the connection's mode allows."""
        from representment.hooks.stripe_hook import StripeHook

        return StripeHook(self.stripe_conn_id)

    @cached_property
    def store(self) -> S3Store:
        """Where all rounds are kept."""
        return S3Store(self.rounds_uri, aws_conn_id=self.aws_conn_id)

    def folder_of(self, run: RunId) -> RoundFolder:
        """One round's own work."""
        return RoundFolder(self.store, run)


class ResponseOperator(RoundsOperator):
    """One step of the answer to one round of one dispute.

    :param response_id: `<dispute>__<round>__<revision>` (templated)
    """

    template_fields: Sequence[str] = (*RoundsOperator.template_fields, "response_id")

    def __init__(self, *, response_id: str = RESPONSE_ID, stripe_conn_id: str = RUN_ACCOUNT, **kwargs: Any) -> None:
        super().__init__(stripe_conn_id=stripe_conn_id, **kwargs)
        self.response_id = response_id

    def pre_execute(self, context: Context) -> None:
        """Refuse a run that was triggered with another id: it would share this response's work.

        :raises GuardError: it is not this response's run
        """
        super().pre_execute(context)
        must_be_named(context, self.response_id)

    @cached_property
    def run(self) -> RunId:
        """Which response this is."""
        return RunId.parse(self.response_id)

    def get_openlineage_facets_on_complete(self, _: Any) -> Any:
        """What the task has made from what; Airflow's OpenLineage provider calls it, where there is one."""
        from representment.lineage import operator_lineage

        return operator_lineage(self)

    def guard(self, context: Context) -> Guard:
        """Checks everything that is final or overwrites something."""
        from representment.guard import Guard

        instance = context["ti"]
        return Guard(self.stripe, self.folder, dag_id=instance.dag_id, run_id=instance.run_id)

    @cached_property
    def folder(self) -> RoundFolder:
        """The round's own work in S3."""
        return self.folder_of(self.run)


def must_be_named(context: Context, response_id: str) -> None:
    """Raise unless Airflow's run has the response's own id.

    :raises GuardError: it has another id
    """
    run_id = context["ti"].run_id
    if run_id != response_id:
        raise GuardError(
            f"this is run {run_id}, which is not {response_id}",
            dispute=response_id.partition("__")[0],
            remedy="Trigger the DAG with that run id. To answer again, use the next revision in both the run id and "
            "the parameters",
        )


class AccountRoundsOperator(RoundsOperator):
    """Base of operators that process one account's rounds: all of them, or those of some `disputes`."""

    disputes: Sequence[str] = ()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.problems: list[str] = []
        """One line for each record or dispute that cannot be read; the others are processed first."""

    def rows(self, index: str, members: Iterable[str]) -> Rows:
        """Entries of an index that belong to this account; an entry without one is of the default account."""
        if self.disputes:
            rows = read_index_of(self.store, index, self.disputes, members, self.problems)
        else:
            rows = read_index(self.store, index, members, self.problems)
        own = self.stripe_conn_id
        return {name: row for name, row in rows.items() if (row["account"] or DEFAULT_ACCOUNT) == own}

    def names_in(self, index: str) -> set[str]:
        """The runs that an index over all rounds names."""
        below = [f"{index}/{dispute}__" for dispute in self.disputes] or [f"{index}/"]
        return {PurePosixPath(name).stem for one in below for name in self.store.names(one)}
