"""The net under the intake: every open dispute has a run, or a person hears of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from disputes.dispute import Dispute
from disputes.errors import GuardError
from disputes.rounds import answerable, round_of
from representment.operators.base import RoundsOperator
from representment.runs import first_run, start_response

if TYPE_CHECKING:
    from airflow.sdk import Context

LOOKBACK = 120 * 24 * 3600
"""Seconds back to which open disputes are looked for: an idle inquiry closes after 120 days."""
GRACE = 3600
"""Seconds that a run may take to claim its round, from the first sweep that found it waiting."""
CLOSED = ("won", "lost", "warning_closed", "prevented")


class SweepOperator(RoundsOperator):
    """Start what the intake missed, and fail over disputes whose status is unknown or whose run does not move."""

    def execute(self, context: Context) -> list[str]:
        """Return the runs that had been missed.

        :raises GuardError: a person must look at some disputes
        """
        now = int(time.time())
        disputes = [Dispute.model_validate(stored) for stored in self.stripe.disputes_since(now - LOOKBACK)]
        unknown = [one for one in disputes if round_of(one.status) is None and one.status not in CLOSED]
        waiting = [one for one in disputes if answerable(one.status) and not self._claimed(one)]
        missed = [one for one in waiting if start_response(one)]
        if missed:
            self.log.warning("The intake had missed: %s", ", ".join(one.id for one in missed))
        stuck = [one for one in waiting if one not in missed and now - self._waiting_since(one, now) > GRACE]
        if unknown or stuck:
            told = [f"{one.id} (status {one.status} is not known here)" for one in unknown]
            told += [f"{first_run(one)} (started, but nothing was gathered)" for one in stuck]
            raise GuardError(
                f"open disputes without a moving run: {', '.join(told)}",
                remedy="Look at those runs (a paused DAG, a failed gather) and at the disputes in Stripe's Dashboard",
            )
        return [str(first_run(one)) for one in missed]

    def _claimed(self, dispute: Dispute) -> bool:
        return self.folder_of(first_run(dispute)).round_record("opening.json") is not None

    def _waiting_since(self, dispute: Dispute, now: int) -> int:
        """When a sweep first found this round's run started and not moving; Unix seconds."""
        return int(self.folder_of(first_run(dispute)).keep_for_round("waiting.json", {"at": now})["at"])
