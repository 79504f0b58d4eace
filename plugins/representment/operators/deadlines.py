"""Watches the deadline of every open round, and notifies people before it passes."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from disputes.errors import PersonNeededError
from disputes.response.deadline_list import (
    TAKES_NONE,
    Deadline,
    by_time_left,
    deadline_rows,
    deadline_table,
    state_of,
)
from disputes.response.deadlines import warnings_due
from disputes.response.waiting import WaitingPacket, describe_all, find_unnotified
from disputes.rounds import answerable
from representment.branches import SETTLED_BY_NETWORK
from representment.links.pages import full_address, packet_page
from representment.metrics import Metric, count, report_deadlines
from representment.notifying import Delivery, notify_then_mark, notify_where_set_up
from representment.open_disputes import OpenDisputes
from representment.open_rounds import DISPUTE_LOOKBACK
from representment.operators.base import RoundsOperator
from representment.runs import first_run
from representment.settings import TIME_ZONE, WARN_HOURS, warn_hours
from representment.storage.record_names import ASKED, NOTIFIED, warned_record
from representment.storage.records import as_json

if TYPE_CHECKING:
    from airflow.sdk import Context

    from disputes.dispute import Dispute

OVER = 0
"""Stands for a deadline that has passed."""


class WatchDeadlinesOperator(RoundsOperator):
    """List one account's open rounds by the time left, and notify people about waiting packets and near deadlines.

    One message lists the packets that have begun to wait for a person since the last run.

    The list is a derived view, which every run replaces. People are warned once per distance to a deadline, and again
    if Stripe moves that deadline. A warning counts once a notifier has accepted it; until then it stays due.

    :param time_zone: in which times are shown (templated)
    :param warn_hours: JSON list of distances to the deadline, in hours (templated)
    """

    template_fields = (*RoundsOperator.template_fields, "time_zone", "warn_hours")

    def __init__(self, *, time_zone: str = TIME_ZONE, warn_hours: str = WARN_HOURS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.time_zone = time_zone
        self.warn_hours = warn_hours
        self.problems: list[str] = []
        self.waiting: list[WaitingPacket] = []
        self.opened: dict[str, int] = {}
        """When each open dispute was created, Unix seconds."""

    def execute(self, context: Context) -> int:
        """Return how many rounds are open.

        :raises NotifierError: every notifier has failed; the next try warns again
        :raises PersonNeededError: no notifier is set up, some of them have failed, or a dispute cannot be read
        """
        now = int(time.time())
        hours = warn_hours(self.warn_hours)
        deadlines, warned = self._look(now)
        self.log.info("Open rounds:\n%s", deadline_table(deadlines, now=now, zone=self.time_zone))
        rows = deadline_rows(deadlines, now=now, zone=self.time_zone)
        report_deadlines(deadlines, self.opened, account=self.stripe_conn_id, now=now)
        self.store.overwrite(f"current/deadlines/{self.stripe_conn_id}.json", as_json({"at": now, "rounds": rows}))
        due = [
            (one, distance)
            for one in deadlines
            if one.waits and (distance := _distance(one.due_by, hours, warned[one.dispute], now)) is not None
        ]
        if due:
            self._warn(due, now)
        if self.waiting:
            self._notify_waiting(now)
        if self.problems:
            raise PersonNeededError("; ".join(self.problems))
        return len(deadlines)

    def _look(self, now: int) -> tuple[list[Deadline], dict[str, set[int]]]:
        """The open rounds, nearest deadline first, and the distances that each was warned of, by dispute."""
        known = OpenDisputes(self.store, self.stripe, self.stripe_conn_id, "deadlines", DISPUTE_LOOKBACK)
        disputes = [dispute for dispute in known.look(self.problems).values() if answerable(dispute.status)]
        below = [f"{run.dispute}/{run.round}/" for run in map(first_run, disputes)]
        listed = self.store.names_all(below)
        deadlines, warned = [], {}
        for dispute, prefix, names in zip(disputes, below, listed, strict=True):
            self.opened[dispute.id] = dispute.created
            held = {name.removeprefix(prefix) for name in names}
            state = TAKES_NONE if dispute.case_type in SETTLED_BY_NETWORK else state_of(held)
            deadlines.append(self._deadline(dispute, state))
            if (revision := find_unnotified(held)) is not None:
                self._add_waiting(dispute, revision)
            folder = f"warned/{dispute.evidence_details.due_by}/"
            warned[dispute.id] = {
                int(name.removeprefix(folder).removesuffix(".json")) for name in held if name.startswith(folder)
            }
        return by_time_left(deadlines), warned

    def _add_waiting(self, dispute: Dispute, revision: int) -> None:
        run = replace(first_run(dispute), revision=revision)
        try:
            asked = self.folder_of(run).of_revision.need(ASKED)
        except PersonNeededError as error:
            self.problems.append(str(error))
            return
        packet = WaitingPacket(
            run=run,
            amount=dispute.amount,
            currency=dispute.currency,
            claim=asked["claim"],
            recommended=asked["recommended"],
            until=asked["until"],
            page=full_address(packet_page(asked["dag_id"], str(run))),
        )
        self.waiting.append(packet)

    def _notify_waiting(self, now: int) -> None:
        subject, message = describe_all(self.waiting, now=now, zone=self.time_zone)

        def mark(delivery: Delivery) -> None:
            for one in self.waiting:
                self.folder_of(one.run).keep(NOTIFIED, {"at": now, "told_by": list(delivery.taken)})

        self.problems += notify_where_set_up(f"{subject} ({self.stripe_conn_id})", message, mark)

    def _deadline(self, dispute: Dispute, state: str) -> Deadline:
        return Deadline(
            dispute=dispute.id,
            round=str(first_run(dispute).round),
            account=self.stripe_conn_id,
            due_by=dispute.evidence_details.due_by,
            reason=dispute.reason,
            amount=dispute.amount,
            currency=dispute.currency,
            state=state,
        )

    def _warn(self, due: list[tuple[Deadline, int]], now: int) -> None:
        over = sum(distance == OVER for _, distance in due)
        subject = f"{len(due)} unanswered dispute rounds near their deadline"
        if over:
            subject = f"{over} dispute rounds lapsed without an answer, {len(due) - over} near their deadline"
        table = deadline_table([one for one, _ in due], now=now, zone=self.time_zone)

        def mark(delivery: Delivery) -> None:
            for one, distance in due:
                record = {"at": now, "due_by": one.due_by, "state": one.state, "told_by": delivery.taken}
                name = f"{one.dispute}/{one.round}/{warned_record(one.due_by, distance)}"
                self.store.write_once(name, as_json(record))
            count(Metric.LAPSED, over, account=self.stripe_conn_id)

        self.problems += notify_then_mark(f"{subject} ({self.stripe_conn_id})", table, mark)


def _distance(due_by: int | None, hours: list[int], warned: set[int], now: int) -> int | None:
    """The distance for which a warning is due now, in hours; `OVER` once the deadline has passed."""
    if not due_by:
        return None
    if now >= due_by:
        return None if OVER in warned else OVER
    return warnings_due(due_by, hours, warned, now)
