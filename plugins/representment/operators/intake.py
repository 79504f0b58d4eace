"""Start one response run for each round of each open dispute."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from airflow.sdk import BaseOperator

from disputes.dispute import Dispute
from disputes.rounds import RunId, answerable, round_of
from disputes.submission import PACKET_KEY
from representment.hooks.documents_hook import DocumentsHook
from representment.runs import start_response
from representment.settings import ROUNDS_URI

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta

    from airflow.sdk import Context

    from disputes.rounds import Round
    from representment.hooks.stripe_hook import StripeHook

UNDATED = 2**40
"""Sorts disputes without a deadline last."""


class StartResponsesOperator(BaseOperator):
    """List the open disputes, nearest deadline first, and start the run of each round that has none.

    May run as often as it likes: Airflow refuses a second run of the same id.

    :param lookback: how far back disputes are looked for
    :param rounds_uri: `s3://…` below which the rounds' own work is kept (templated)
    :param stripe_conn_id: connection of type `stripe`
    :param aws_conn_id: connection of type `aws`
    """

    template_fields: Sequence[str] = ("rounds_uri",)

    def __init__(
        self,
        *,
        lookback: timedelta,
        rounds_uri: str = ROUNDS_URI,
        stripe_conn_id: str = "stripe_default",
        aws_conn_id: str = "aws_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.lookback = lookback
        self.rounds_uri = rounds_uri
        self.stripe_conn_id = stripe_conn_id
        self.aws_conn_id = aws_conn_id

    @cached_property
    def stripe(self) -> StripeHook:
        """Stripe, read only here."""
        from representment.hooks.stripe_hook import StripeHook

        return StripeHook(self.stripe_conn_id)

    def execute(self, context: Context) -> list[str]:
        """Return the ids of the runs that were started."""
        documents = DocumentsHook(self.rounds_uri, aws_conn_id=self.aws_conn_id)
        disputes = sorted(self._open_disputes(), key=lambda one: one.evidence_details.due_by or UNDATED)
        started = [run for one in disputes if (run := self._start(one, documents)) is not None]
        self.log.info("%d open disputes, %d runs started", len(disputes), len(started))
        return started

    def _open_disputes(self) -> Iterator[Dispute]:
        since = int(time.time() - self.lookback.total_seconds())
        for stored in self.stripe.disputes_since(since):
            dispute = Dispute.model_validate(stored)
            if round_of(dispute.status) is not None and not _answered_by_us(dispute):
                yield dispute

    def _start(self, dispute: Dispute, documents: DocumentsHook) -> str | None:
        run = RunId(dispute.id, cast("Round", round_of(dispute.status)))  # only open disputes come here
        if not answerable(dispute.status) and documents.read(f"{run.dispute}/{run.round}/opening.json") is not None:
            return None
        conf = {"dispute": run.dispute, "round": str(run.round), "revision": run.revision}
        return str(run) if start_response(dispute.reason, str(run), conf) else None


def _answered_by_us(dispute: Dispute) -> bool:
    return not answerable(dispute.status) and bool(dispute.metadata.get(PACKET_KEY))
