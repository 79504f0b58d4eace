"""Follows all rounds to their outcomes."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from disputes.dispute import read_dispute
from disputes.errors import DisputeError, PersonNeededError
from disputes.record_format import read_model
from disputes.response.deadlines import has_lapsed
from disputes.response.outcome_records import OutcomeRecord, outcome_record
from disputes.response.outcomes import outcome_of
from disputes.rounds import Round, RunId
from representment.exceptions import StripeRefusedError
from representment.inbox.events import Topic
from representment.inbox.unread import read_unread
from representment.metrics import Metric, count, report_end
from representment.notifying import Delivery, notify_then_mark
from representment.open_disputes import OpenDisputes
from representment.open_rounds import DISPUTE_LOOKBACK
from representment.operators.base import AccountRoundsOperator
from representment.operators.deadlines import OVER
from representment.storage.indexes import OUTCOME_MEMBERS, RECEIPT_MEMBERS
from representment.storage.outcome_table import complete_table, write_record
from representment.storage.record_names import END, LATE_WINS, OPENED, OPENING, OUTCOMES, RECEIPT, SUBMITTED
from representment.storage.records import as_json
from representment.storage.totals import write_totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from airflow.sdk import Context

    from disputes.dispute import Dispute
    from representment.storage.indexes import Rows
    from representment.storage.round_folder import RoundFolder

LATE_WIN_WINDOW = 180 * 86_400
"""Seconds after a loss during which the bank may still reverse it."""


@dataclass(frozen=True)
class Followed:
    """A round whose outcome, or late win, is awaited.

    :param run: the run whose packet was submitted; otherwise the run that opened the round
    :param opened_at: of the dispute, Unix seconds
    :param lost: it was lost, and may be won late
    """

    run: RunId
    opened_at: int
    lost: bool = False


class FollowOutcomesOperator(AccountRoundsOperator):
    """Record how each round ended, once the bank has decided, and for 180 days a loss that became a win.

    What has changed is found as :mod:`representment.open_disputes` says, and read by itself.
    Notifies people once about a round that was lost without an answer, unless `dispute_deadlines` did.
    Needs `inlets=HINTED`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.unanswered: list[OutcomeRecord] = []
        self.outcomes: Rows = {}
        """The contents of the index of outcomes when it was read."""

    def execute(self, context: Context) -> dict[str, str]:
        """Return run id -> outcome for those that ended since the last look, late wins among them.

        :raises NotifierError: every notifier has failed; the next try notifies people about the lost rounds
        :raises PersonNeededError: a dispute cannot be followed (the others have been), or no notifier is set up
        """
        unread = read_unread(context, self, lambda hint: hint.topic is Topic.DISPUTE_ENDED)
        ended = {}
        if unread.polls:
            complete_table(self.store, self.problems)
            ended = self._follow()
            late_wins = self.rows(LATE_WINS, OUTCOME_MEMBERS)
            write_totals(self.store, self.stripe_conn_id, [*self.outcomes.values(), *late_wins.values()])
        elif unread.objects:
            self.disputes = unread.objects
            ended = self._follow()
        # A round that nobody was notified about stays without an outcome, so the next poll finds it without a hint.
        unread.mark_read()
        if self.unanswered:
            self._notify()
        if self.problems:
            raise PersonNeededError("; ".join(self.problems))
        return ended

    def _follow(self) -> dict[str, str]:
        waiting: dict[str, list[Followed]] = {}
        for one in self._followed():
            waiting.setdefault(one.run.dispute, []).append(one)
        ended: dict[str, str] = {}
        for stored in self._stored(waiting):
            for one in waiting.get(stored["id"], ()):
                try:
                    record = self._seen(one, stored)
                except DisputeError as error:
                    self._put_aside(error)
                else:
                    ended |= {record.response: record.outcome} if record else {}
        self.log.info("%d disputes pending or followed, %d rounds ended", len(waiting), len(ended))
        return ended

    def _put_aside(self, error: DisputeError) -> None:
        """One round's problem does not hold up the others; when Stripe or S3 cannot be reached, the task stops."""
        if error.passing:
            raise error
        self.problems.append(str(error))

    def _seen(self, one: Followed, stored: dict[str, Any]) -> OutcomeRecord | None:
        return self._turned(one, stored) if one.lost else self._ended(one, stored)

    def _stored(self, waiting: dict[str, list[Followed]]) -> Iterator[dict[str, Any]]:
        """The disputes as they are now; one at a time, so that a poll that is stopped keeps what it has seen."""
        # An event names what Stripe must have; of our own index it may have forgotten a test's.
        read = self.stripe.retrieve_dispute if self.disputes else self.stripe.find_dispute
        for dispute in waiting if self.disputes else self._changed(waiting):
            try:
                if stored := read(dispute):
                    yield stored
            except StripeRefusedError as error:
                self._put_aside(error)

    def _changed(self, waiting: dict[str, list[Followed]]) -> list[str]:
        """Disputes of which a round may have ended; one that is closed since an earlier look is read by itself."""
        known = OpenDisputes(self.store, self.stripe, self.stripe_conn_id, "outcomes", DISPUTE_LOOKBACK)
        # A dispute that cannot be read is reported where it is followed, and by the sweep.
        disputes = known.look([])
        return [dispute for dispute, rounds in waiting.items() if _may_have_ended(disputes.get(dispute), rounds)]

    def _followed(self) -> Iterator[Followed]:
        rounds = {
            (run.dispute, run.round): Followed(run, row["dispute_created"])
            for index in (OPENED, SUBMITTED)
            for name, row in self.rows(index, RECEIPT_MEMBERS).items()
            for run in (RunId.parse(name),)
        }
        self.outcomes = self.rows(OUTCOMES, OUTCOME_MEMBERS)
        outcomes = {RunId.parse(name): row for name, row in self.outcomes.items()}
        over = {(run.dispute, run.round) for run in outcomes}
        yield from (one for key, one in rounds.items() if key not in over)
        won_late = self.names_in(LATE_WINS)
        # What an appeal wins is the appeal's win.
        appealed = {dispute for dispute, round_ in rounds if round_ is Round.APPEAL}
        for run, row in outcomes.items():
            watched = (
                row["outcome"] == "lost" and row["seen_at"] > time.time() - LATE_WIN_WINDOW and str(run) not in won_late
            )
            if watched and (run.round is Round.APPEAL or run.dispute not in appealed):
                yield Followed(run, row["opened_at"], lost=True)

    def _ended(self, one: Followed, stored: dict[str, Any]) -> OutcomeRecord | None:
        outcome = outcome_of(stored["status"], one.run.round)
        if outcome is None:
            return None
        run = self._answer(one.run)
        folder = self.folder_of(run)
        packet = folder.find_packet()
        record = outcome_record(
            run,
            stored,
            account=self.stripe_conn_id,
            outcome=outcome,
            seen_at=int(time.time()),
            manifest=packet.manifest if packet else None,
            packet_sha256=packet.sha256 if packet else None,
            receipt=folder.round_record(RECEIPT),
            approval=folder.decision(),
        )
        if outcome == "lost" and self._lapsed(folder, stored):
            self.unanswered.append(record)
            return record
        return self._kept(OUTCOMES, record)

    def _lapsed(self, folder: RoundFolder, stored: dict[str, Any]) -> bool:
        """Whether its deadline passed without an answer, and nobody was notified."""
        opening = folder.round_record(OPENING)
        if opening is None or folder.round_record(RECEIPT):
            return False
        end = (folder.record(END) or {}).get("end")
        if not has_lapsed(read_dispute(stored), opening["submission_count"], end, int(time.time())):
            return False
        warned = self.store.names(f"{folder.round}/warned/")
        return not any(name.endswith(f"/{OVER}.json") for name in warned)

    def _notify(self) -> None:
        """Notify before the records are written: a round with a record is not examined again."""
        subject = f"{len(self.unanswered)} dispute rounds were lost without an answer ({self.stripe_conn_id})"

        def mark(_: Delivery) -> None:
            for record in self.unanswered:
                self._kept(OUTCOMES, record)
            count(Metric.LAPSED, len(self.unanswered), account=self.stripe_conn_id)

        message = "\n".join(record.response for record in self.unanswered)
        self.problems += notify_then_mark(subject, message, mark)

    def _answer(self, run: RunId) -> RunId:
        """The round's submission, else its last packet."""
        receipt = self.folder_of(run).round_record(RECEIPT)
        if receipt:
            return RunId.parse(receipt["response"])
        below = f"{run.dispute}/{run.round}/"
        parts = (name.removeprefix(below).partition("/")[0] for name in self.store.names(below))
        return replace(run, revision=max((int(part) for part in parts if part.isdigit()), default=run.revision))

    def _turned(self, one: Followed, stored: dict[str, Any]) -> OutcomeRecord | None:
        if stored["status"] != "won":
            return None
        name = f"{OUTCOMES}/{one.run}.json"
        lost = read_model(OutcomeRecord, self.store.need(name), self.store.uri(name))
        self.log.info("%s was lost and has now been won", one.run)
        return self._kept(LATE_WINS, lost.won_late(stored, seen_at=int(time.time())))

    def _kept(self, index: str, record: OutcomeRecord) -> OutcomeRecord:
        """Add it to the index, and what the index then holds to the table, so that a retry uses the same month."""
        name = f"{index}/{record.response}.json"
        self.store.write_once(name, as_json(record.model_dump()))
        standing = read_model(OutcomeRecord, self.store.need(name), self.store.uri(name))
        write_record(self.store, standing)
        report_end(standing)
        return standing


def _may_have_ended(dispute: Dispute | None, rounds: Iterable[Followed]) -> bool:
    """Whether one of a dispute's rounds may have ended.

    :param dispute: as the poll found it; None: it is closed, and was closed at the previous poll
    """
    if dispute is None:
        return any(not one.lost for one in rounds)
    status = dispute.status
    return any(status == "won" if one.lost else outcome_of(status, one.run.round) is not None for one in rounds)
