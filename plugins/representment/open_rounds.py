"""Open rounds and their runs: the intake and the sweep start them in batches, nearest deadline first."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from disputes.dispute import Dispute, read_dispute
from disputes.errors import InputError, PersonNeededError
from disputes.response.submission import PACKET_KEY
from disputes.rounds import RunId, answerable, round_of
from disputes.rules.reasons import SHARED_DAGS, dags_of
from representment.airflow_internals.runs import UnstartableDagError
from representment.runs import existing_runs, first_run, start_response
from representment.storage.revisions import Revision, newest_revisions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from airflow.sdk.types import RuntimeTaskInstanceProtocol

    from representment.hooks.s3_store import S3Store

DISPUTE_LOOKBACK = timedelta(days=400)
"""How far back open disputes are looked for. An inquiry may escalate after 120 days and the chargeback be appealed
after months, and the dispute keeps its id and its creation time."""
BATCH = 400
"""Runs started in one batch: as many as Airflow answers on two cores in five minutes, until the next batch. More would
only slow it down, and would not be answered in order."""
LISTED_TOGETHER = 100
"""Rounds whose newest revisions are looked up together."""
UNDATED = 2**40
"""Sorts disputes without a deadline last."""


@dataclass(frozen=True)
class OpenRound:
    """The members that we keep of an open dispute, of which there may be thousands.

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
        """The round that needs a run; None if the dispute is over or we have answered it."""
        takes_evidence = answerable(dispute.status)
        if round_of(dispute.status) is None or (not takes_evidence and dispute.metadata.get(PACKET_KEY)):
            return None
        return cls.whoever_answers(dispute)

    @classmethod
    def whoever_answers(cls, dispute: Dispute) -> Self:
        """The round that an open dispute is in, answered or not."""
        due_by = dispute.evidence_details.due_by or UNDATED
        return cls(first_run(dispute), dispute.reason, due_by, answerable(dispute.status))


def find_started(rounds: Iterable[OpenRound], instance: RuntimeTaskInstanceProtocol) -> set[RunId]:
    """The rounds whose run exists in Airflow; about one request per hundred.

    :param instance: the task that asks
    """
    missing = list(rounds)
    found: set[RunId] = set()
    own = {dags_of(one.reason)[0] for one in missing}.difference(SHARED_DAGS)
    for dag_id in (*sorted(own), *SHARED_DAGS):
        # What is left is looked for where reasons without a DAG of their own go.
        asked = {str(one.run): one.run for one in missing if dag_id in dags_of(one.reason)}
        found |= {asked[run_id] for run_id in existing_runs(instance, dag_id, list(asked)) if run_id in asked}
        missing = [one for one in missing if one.run not in found]
    return found


def sort_by_deadline(rounds: Iterable[OpenRound], *, now: float) -> list[OpenRound]:
    """Nearest deadline first; behind them those whose deadline has passed, last those that somebody has answered."""
    return sorted(rounds, key=lambda one: (not one.takes_evidence, one.due_by < now, one.due_by))


@dataclass(frozen=True)
class Started:
    """The result of starting a batch.

    :param runs: ids of the new runs
    :param there: the rounds that now have a run
    :param problems: a line for each DAG that cannot be started
    """

    runs: list[str]
    there: set[RunId]
    problems: list[str]


def start(rounds: Iterable[OpenRound], account: str, store: S3Store) -> Started:
    """Start a batch, nearest deadline first; a DAG that cannot be started does not hold up the others.

    It starts the newest revision recorded in S3: Airflow may have lost its database, and a round whose packet was sent
    back continues with its latest revision.

    :param account: connection of the Stripe account that they are on
    :param store: where all rounds are kept
    """
    runs: list[str] = []
    there: set[RunId] = set()
    broken: set[str] = set()
    problems: dict[str, str] = {}
    ordered = sort_by_deadline(rounds, now=time.time())
    for one, revision in _with_newest_revision(ordered, store):
        if len(there) == BATCH:
            break
        if one.reason in broken:
            continue
        if isinstance(revision, PersonNeededError):
            problems[str(one.run)] = str(revision)
            continue
        try:
            due_by = None if one.due_by == UNDATED else one.due_by
            if start_response(revision, one.reason, account, due_by):
                runs.append(str(revision.run))
            there.add(one.run)
        except UnstartableDagError as error:
            broken.add(one.reason)
            waiting = f"{error}. Fix its file; its disputes wait for it, {one.run.dispute} first"
            problems.setdefault(error.dag_id, waiting)
    return Started(runs, there, list(problems.values()))


def _with_newest_revision(
    rounds: Sequence[OpenRound], store: S3Store
) -> Iterator[tuple[OpenRound, Revision | PersonNeededError]]:
    for at in range(0, len(rounds), LISTED_TOGETHER):
        some = rounds[at : at + LISTED_TOGETHER]
        yield from zip(some, newest_revisions(store, [one.run for one in some]), strict=True)


def read_disputes(stored: Iterable[dict[str, Any]], problems: list[str]) -> Iterator[Dispute]:
    """Stripe's disputes; one with an unknown shape does not hold up the others.

    :param stored: as Stripe lists them
    :param problems: takes a line for each that cannot be read
    """
    for one in stored:
        try:
            yield read_dispute(one)
        except InputError as error:
            problems.append(str(error))
