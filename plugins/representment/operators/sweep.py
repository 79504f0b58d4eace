"""The safety net of the intake: every open dispute of an account has a run, or a person is notified."""

from __future__ import annotations

import time
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from disputes.errors import PersonNeededError
from disputes.response.submission import SUBMITTED_KEY
from disputes.rounds import round_of
from representment.open_disputes import CLOSED, OpenDisputes
from representment.open_rounds import DISPUTE_LOOKBACK, OpenRound, find_started, start
from representment.operators.base import RoundsOperator
from representment.storage.record_names import OPENING, SUBMITTED, WAITING

if TYPE_CHECKING:
    from airflow.sdk import Context

GRACE = 3600
"""Seconds that a run may take to claim its round, from the first sweep that found it waiting."""


class SweepOperator(RoundsOperator):
    """Start the runs that the intake missed, and fail if a dispute's status is unknown or its run does not move.

    Also starts the run of a round that we submitted without a receipt: that run died, and Airflow has lost it.
    """

    def execute(self, context: Context) -> list[str]:
        """Return the runs that had been missed.

        :raises PersonNeededError: a person must look at some disputes
        """
        now = int(time.time())
        problems, waiting, unfinished = self._look()
        there = find_started([*waiting, *unfinished], context["ti"])
        missed = [one for one in (*waiting, *unfinished) if one.run not in there]
        portion = start(missed, self.stripe_conn_id, self.store)
        if portion.runs:
            self.log.warning("The intake missed: %s", ", ".join(portion.runs))
        stuck = [str(one.run) for one in waiting if one.run in there and now - self._waiting_since(one, now) > GRACE]
        found = problems + portion.problems + [f"{run} (started, but has not claimed its round)" for run in stuck]
        if found:
            raise PersonNeededError(
                f"open disputes without a moving run: {'; '.join(found)}",
                remedy="Look at those runs (a paused DAG, a failed gather) and at the disputes in Stripe's Dashboard",
            )
        return portion.runs

    def _look(self) -> tuple[list[str], list[OpenRound], list[OpenRound]]:
        """Lines for a person; the open rounds that nobody has claimed; those without a receipt."""
        problems: list[str] = []
        waiting, unfinished = [], []
        submitted = {PurePosixPath(name).stem.rpartition("__")[0] for name in self.store.names(f"{SUBMITTED}/")}
        known = OpenDisputes(self.store, self.stripe, self.stripe_conn_id, "sweep", DISPUTE_LOOKBACK)
        for dispute in known.look(problems).values():
            if round_of(dispute.status) is None:
                if dispute.status not in CLOSED:
                    problems.append(f"{dispute.id} (status {dispute.status} is not known here)")
                continue
            one = OpenRound.whoever_answers(dispute)
            if one.takes_evidence and not self._claimed(one):
                waiting.append(one)
            ours = not one.takes_evidence and dispute.metadata.get(SUBMITTED_KEY)
            if ours and f"{one.run.dispute}__{one.run.round}" not in submitted:
                unfinished.append(one)
        return problems, waiting, unfinished

    def _claimed(self, one: OpenRound) -> bool:
        return self.folder_of(one.run).round_record(OPENING) is not None

    def _waiting_since(self, one: OpenRound, now: int) -> int:
        """When a sweep first found this round's run started and not moving; Unix seconds."""
        return int(self.folder_of(one.run).keep_for_round(WAITING, {"at": now})["at"])
