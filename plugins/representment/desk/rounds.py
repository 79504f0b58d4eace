"""All rounds, for the list and the queue: from the indexes, with the state of each run in Airflow."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from disputes.desk.round_list import Row, make_row
from disputes.desk.standing import find_standing
from disputes.rounds import RunId
from disputes.rules.reasons import dags_of
from representment.airflow_internals.database import read_run_states, read_waiting_runs
from representment.storage.indexes import OUTCOME_MEMBERS, RECEIPT_MEMBERS, Rows, read_index
from representment.storage.record_names import LATE_WINS, OPENED, OUTCOMES, PACKETS, SUBMITTED
from representment.task_ids import RESPONSES

if TYPE_CHECKING:
    from representment.hooks.s3_store import S3Store

FRESH = 10.0
"""Seconds for which the indexes are cached; the runs' states are read from Airflow each time."""
INDEXES = {
    OPENED: (*RECEIPT_MEMBERS, "dag_id", "reason", "charge", "amount", "currency", "due_by"),
    PACKETS: ("response", "claim", "score", "recommendation", "order", "customer", "missing"),
    SUBMITTED: RECEIPT_MEMBERS,
    OUTCOMES: OUTCOME_MEMBERS,
    LATE_WINS: OUTCOME_MEMBERS,
}


@dataclass(frozen=True)
class Indexed:
    """The indexes as they were read, and when."""

    rows: dict[str, Rows]
    at: float


class Rounds:
    """Every round, with its newest revision or the one that was submitted."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read: dict[str, Indexed] = {}

    def rows(self, store: S3Store) -> list[Row]:
        """A row for each round; the caller filters by permission.

        :raises DisputeError: S3 is out of reach
        """
        indexes = self._indexes(store)
        states, waiting = read_run_states(RESPONSES), read_waiting_runs(RESPONSES)
        return [_row(run, indexes, states, waiting) for run in _shown(indexes)]

    def _indexes(self, store: S3Store) -> dict[str, Rows]:
        """The indexes, each from its view and one listing; cached for a moment, since pages are often reloaded."""
        uri = store.uri("")
        with self._lock:
            read = self._read.get(uri)
            if read is None or time.monotonic() - read.at > FRESH:
                _ = store.client  # made before the threads share it
                with ThreadPoolExecutor(len(INDEXES)) as pool:
                    found = {
                        index: pool.submit(read_index, store, index, members, []) for index, members in INDEXES.items()
                    }
                    rows = {index: one.result() for index, one in found.items()}
                read = self._read[uri] = Indexed(rows, time.monotonic())
        return read.rows


def _shown(indexes: dict[str, Rows]) -> list[RunId]:
    """One run per round."""
    shown: dict[tuple[str, str], RunId] = {}
    for run in map(RunId.parse, indexes[OPENED]):
        before = shown.get((run.dispute, run.round))
        if before is None or run.follows(before):
            shown[run.dispute, run.round] = run
    for run in map(RunId.parse, indexes[SUBMITTED]):
        shown[run.dispute, run.round] = run
    return list(shown.values())


def _row(
    run: RunId, indexes: dict[str, Rows], states: dict[str, tuple[str, str]], waiting: dict[str, tuple[str, ...]]
) -> Row:
    name = str(run)
    opened = indexes[OPENED].get(name) or indexes[OPENED].get(str(RunId(run.dispute, run.round)), {})
    dag_id, state = states.get(name) or (_dag_of(opened), None)
    stands = find_standing(
        outcome=_outcome(name, indexes),
        submitted=name in indexes[SUBMITTED],
        waits=name in waiting,
        run_state=state,
        # Without a packet a run ends well only where nobody has to answer.
        end="nothing_to_answer" if state == "success" and name not in indexes[PACKETS] else None,
    )
    return make_row(name, dag_id, stands, opened, indexes[PACKETS].get(name, {}), waiting.get(name, ()))


def _outcome(name: str, indexes: dict[str, Rows]) -> str | None:
    found: dict[str, Any] = indexes[LATE_WINS].get(name) or indexes[OUTCOMES].get(name) or {}
    return found.get("outcome")


def _dag_of(opened: dict[str, Any]) -> str:
    """The DAG that claimed the round; the general one if an earlier release opened it."""
    return opened.get("dag_id") or dags_of(opened.get("reason") or "general")[-1]
