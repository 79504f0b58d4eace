"""The net under the intake: every open dispute has a run, or a person hears of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from disputes.dispute import Dispute
from disputes.errors import GuardError
from disputes.rounds import RunId, answerable, round_of
from representment.operators.outcomes import SubmittedRoundsOperator
from representment.runs import start_response

if TYPE_CHECKING:
    from airflow.sdk import Context

LOOKBACK = 60 * 24 * 3600
"""Seconds back to which open disputes are looked for."""
GRACE = 3600
"""Seconds after which a started run should have claimed its round."""
CLOSED = ("won", "lost", "warning_closed", "prevented")


class SweepOperator(SubmittedRoundsOperator):
    """Start what the intake missed, and fail over disputes whose status is unknown or whose run does not move."""

    def execute(self, context: Context) -> list[str]:
        """Return the runs that had been missed.

        :raises GuardError: a person must look at some disputes
        """
        now = int(time.time())
        missed, stuck = [], []
        for stored in self.stripe.disputes_since(now - LOOKBACK):
            dispute = Dispute.model_validate(stored)
            round_ = round_of(dispute.status)
            if round_ is None:
                if dispute.status not in CLOSED:
                    stuck.append(f"{dispute.id} (status {dispute.status})")
                continue
            run = RunId(dispute.id, round_)
            if not answerable(dispute.status) or self.folder(run).round_record("opening.json") is not None:
                continue
            conf = {"dispute": run.dispute, "round": str(round_), "revision": run.revision}
            if start_response(dispute.reason, str(run), conf):
                missed.append(str(run))
            elif dispute.created < now - GRACE:
                stuck.append(f"{run} (started, but nothing was gathered)")
        if missed:
            self.log.warning("The intake had missed: %s", ", ".join(missed))
        if stuck:
            raise GuardError(
                f"open disputes without a moving run: {', '.join(stuck)}",
                remedy="Look at those runs (a paused DAG, a failed gather) and at the disputes in Stripe's Dashboard",
            )
        return missed
