"""Start one response run for each round of each open dispute."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from disputes.dispute import Dispute
from disputes.rounds import answerable, round_of
from disputes.submission import PACKET_KEY
from representment.operators.base import RoundsOperator
from representment.runs import first_run, start_response

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from airflow.sdk import Context

UNDATED = 2**40
"""Sorts disputes without a deadline last."""


class StartResponsesOperator(RoundsOperator):
    """List the open disputes, nearest deadline first, and start the run of each round that has none.

    May run as often as it likes: Airflow refuses a second run of the same id.

    :param lookback: how far back disputes are looked for
    """

    def __init__(self, *, lookback: timedelta, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lookback = lookback

    def execute(self, context: Context) -> list[str]:
        """Return the ids of the runs that were started."""
        disputes = sorted(self._open_disputes(), key=lambda one: one.evidence_details.due_by or UNDATED)
        started = [run for one in disputes if (run := self._start(one)) is not None]
        self.log.info("%d open disputes, %d runs started", len(disputes), len(started))
        return started

    def _open_disputes(self) -> Iterator[Dispute]:
        since = int(time.time() - self.lookback.total_seconds())
        for stored in self.stripe.disputes_since(since):
            dispute = Dispute.model_validate(stored)
            if round_of(dispute.status) is not None and not _answered_by_us(dispute):
                yield dispute

    def _start(self, dispute: Dispute) -> str | None:
        run = first_run(dispute)
        if not answerable(dispute.status) and self.folder_of(run).round_record("opening.json") is not None:
            return None
        return str(run) if start_response(dispute) else None


def _answered_by_us(dispute: Dispute) -> bool:
    return not answerable(dispute.status) and bool(dispute.metadata.get(PACKET_KEY))
