"""Start one response run for each round of each open dispute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from disputes.errors import PersonNeededError
from representment.hooks.queue_hook import QueueHook
from representment.inbox.assets import QUEUE_URL
from representment.inbox.events import Topic
from representment.inbox.unread import read_unread
from representment.open_disputes import OpenDisputes
from representment.open_rounds import OpenRound, find_started, read_disputes, start
from representment.operators.base import RoundsOperator
from representment.storage.record_names import OPENING

if TYPE_CHECKING:
    from datetime import timedelta

    from airflow.sdk import Context
    from airflow.sdk.types import RuntimeTaskInstanceProtocol

    from disputes.rounds import RunId
    from representment.inbox.events import Hint


class StartResponsesOperator(RoundsOperator):
    """Start the run of each open round of one account that has none, nearest deadline first.

    Reads the disputes that hints are about or, at regular times, all open ones. May run as often as it likes: Airflow
    refuses a second run with the same id, and started runs stay started if this task stops.
    Needs `inlets=HINTED`.

    :param lookback: how far back to look for disputes
    :param poll_every: the longest time between two reads of everything
    """

    def __init__(self, *, lookback: timedelta, poll_every: timedelta, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lookback = lookback
        self.poll_every = poll_every
        self.problems: list[str] = []

    def execute(self, context: Context) -> list[str]:
        """Return the ids of the runs that were started.

        :raises PersonNeededError: a dispute cannot be read, or a DAG cannot be started; everything else has been done
        """
        unread = read_unread(context, self, lambda hint: hint.topic is Topic.DISPUTE, every=self.poll_every)
        hinted = set(unread.objects)
        seen = self._look(hinted, polls=unread.polls)
        runs, left = self._start([one for one in seen.values() if one is not None], context["ti"])
        done = {dispute for dispute, one in seen.items() if one is None or one.run not in left}
        self._delete([hint for hint in unread.hints if hint.topic is not Topic.DISPUTE or hint.object in done])
        unread.mark_read()
        if self.problems:
            raise PersonNeededError("; ".join(self.problems))
        return runs

    def _look(self, hinted: set[str], *, polls: bool) -> dict[str, OpenRound | None]:
        """The disputes that exist, each with the round that needs a run.

        :param polls: all that are open, not only those that hints are about
        """
        if polls:
            open_disputes = OpenDisputes(self.store, self.stripe, self.stripe_conn_id, "intake", self.lookback)
            seen = open_disputes.look(self.problems, also=hinted)
        else:
            found = (self.stripe.find_dispute(dispute) for dispute in sorted(hinted))
            read = read_disputes((stored for stored in found if stored is not None), self.problems)
            seen = {dispute.id: dispute for dispute in read}
        self.log.info("%d disputes read, %d of them named by hints", len(seen), len(hinted))
        for dispute in sorted(hinted - seen.keys()):
            self.log.warning(
                "%s cannot be read on account %s; its messages stay in the queue", dispute, self.stripe_conn_id
            )
        return {name: OpenRound.of(dispute) for name, dispute in seen.items()}

    def _start(self, rounds: list[OpenRound], instance: RuntimeTaskInstanceProtocol) -> tuple[list[str], set[RunId]]:
        """Start the rounds without a run; the started runs, and those left for the next time."""
        there = find_started(rounds, instance)
        # Somebody else may have answered it: then its run says so, unless it has been said.
        missing = [one for one in rounds if one.run not in there and (one.takes_evidence or not self._claimed(one))]
        portion = start(missing, self.stripe_conn_id, self.store)
        self.problems += portion.problems
        left = {one.run for one in missing} - portion.there
        self.log.info(
            "%d open rounds, %d runs started, %d left for the next poll", len(rounds), len(portion.runs), len(left)
        )
        return portion.runs, left

    def _claimed(self, one: OpenRound) -> bool:
        return self.folder_of(one.run).round_record(OPENING) is not None

    def _delete(self, hints: list[Hint]) -> None:
        """Delete the queue's messages whose run exists, or that need none."""
        receipts = [hint.receipt for hint in hints if hint.receipt]
        if receipts and QUEUE_URL:
            QueueHook(QUEUE_URL, aws_conn_id=self.aws_conn_id).delete(receipts)
