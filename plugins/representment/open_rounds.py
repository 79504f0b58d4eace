"""Open rounds and their runs: what the intake and the sweep start, nearest deadline first, a portion at a time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from disputes.dispute import Dispute, read_dispute
from disputes.errors import InputError
from disputes.response.submission import PACKET_KEY
from disputes.rounds import RunId, answerable, round_of
from disputes.rules.reasons import SHARED_DAGS, dags_of
from representment.runs import UnstartableDagError, existing_runs, first_run, start_response

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

DISPUTE_LOOKBACK = timedelta(days=400)
"""How far back open disputes are looked for. An inquiry may escalate after 120 days and the chargeback be appealed
after months, and the dispute keeps its id and the time of its creation."""
BATCH = 400
"""Runs that are started at once: what Airflow answers in five minutes on two cores, when the next portion comes. More
would only stand in its way, and be answered in no order."""
ASKED_TOGETHER = 100
UNDATED = 2**40
"""Sorts disputes without a deadline last."""


@dataclass(frozen=True)
class OpenRound:
    """What is kept of an open dispute, of which there may be thousands.

    :param reason: Stripe's
    :param due_by: Unix seconds; `UNDATED` where no deadline is known
    :param takes_evidence: False once somebody has answered it
    """

    run: RunId
    reason: str
    due_by: int
    takes_evidence: bool

    @classmethod
    def of(cls, dispute: Dispute) -> Self | None:
        """The round that wants a run; None where a dispute is over or was answered by us."""
        takes_evidence = answerable(dispute.status)
        if round_of(dispute.status) is None or (not takes_evidence and dispute.metadata.get(PACKET_KEY)):
            return None
        due_by = dispute.evidence_details.due_by or UNDATED
        return cls(first_run(dispute), dispute.reason, due_by, takes_evidence)


def started(rounds: Iterable[OpenRound]) -> set[RunId]:
    """Those whose run Airflow has; about one request for a hundred."""
    missing = list(rounds)
    found: set[RunId] = set()
    own = {dags_of(one.reason)[0] for one in missing}.difference(SHARED_DAGS)
    for dag_id in (*sorted(own), *SHARED_DAGS):
        # What is left is looked for where reasons without a DAG of their own go.
        asked = [one.run for one in missing if dag_id in dags_of(one.reason)]
        found |= _existing(dag_id, asked)
        missing = [one for one in missing if one.run not in found]
    return found


def nearest(rounds: Iterable[OpenRound], *, now: float) -> list[OpenRound]:
    """Nearest deadline first; behind them those whose deadline has passed, last those that somebody has answered."""
    return sorted(rounds, key=lambda one: (not one.takes_evidence, one.due_by < now, one.due_by))


@dataclass(frozen=True)
class Started:
    """What came of a portion.

    :param runs: ids of the runs that are new
    :param there: those that have a run now
    :param problems: DAGs of which no run can be started, in words
    """

    runs: list[str]
    there: set[RunId]
    problems: list[str]


def start(rounds: Iterable[OpenRound], account: str) -> Started:
    """Start a portion, nearest deadline first; a DAG that cannot be started keeps no other back.

    :param account: connection of the Stripe account that they are on
    """
    runs: list[str] = []
    there: set[RunId] = set()
    broken: set[str] = set()
    problems: dict[str, str] = {}
    for one in nearest(rounds, now=time.time()):
        if len(there) == BATCH:
            break
        if one.reason in broken:
            continue
        try:
            if start_response(one.run, one.reason, account):
                runs.append(str(one.run))
            there.add(one.run)
        except UnstartableDagError as error:
            broken.add(one.reason)
            waiting = f"{error}. Mend its file; its disputes, {one.run.dispute} first, wait"
            problems.setdefault(error.dag_id, waiting)
    return Started(runs, there, list(problems.values()))


def read_disputes(stored: Iterable[dict[str, Any]], problems: list[str]) -> Iterator[Dispute]:
    """Stripe's disputes; one in an unknown shape keeps no other back.

    :param stored: as Stripe lists them
    :param problems: takes a line for each that cannot be read
    """
    for one in stored:
        try:
            yield read_dispute(one)
        except InputError as error:
            problems.append(str(error))


def _existing(dag_id: str, runs: Sequence[RunId]) -> set[RunId]:
    by_id = {str(run): run for run in runs}
    ids = list(by_id)
    portions = (ids[at : at + ASKED_TOGETHER] for at in range(0, len(ids), ASKED_TOGETHER))
    return {by_id[run_id] for some in portions for run_id in existing_runs(dag_id, some) if run_id in by_id}
