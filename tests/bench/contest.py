"""One Airflow under measurement: a backlog, a single run, runs that wait."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING, Any

from tests.bench.measuring import Peak, cpu_seconds, task_cpu_seconds

from demo.rest import settled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from demo.process import Child
    from demo.stack import Stack

PATIENCE = 1800.0
EMPTY, WAITS = "bench_empty", "bench_waits"
LEFT_ALONE = 40.0
"""Seconds after which a run that waits is no longer examined."""


@dataclass
class Contest:
    """Measures what a stack does with disputes.

    :param dag_id: that answers them
    :param disputes: those that nobody has answered yet
    """

    stack: Stack
    dag_id: str
    disputes: Iterator[str]

    def prepare(self) -> None:
        """Wait until everything is parsed and runs; one run of each, which is not measured."""
        self.stack.wait_for_dags(300)
        for dag_id in self.stack.dag_ids():
            self.stack.rest.unpause(dag_id)
        self.answer()

    def backlog(self, count: int) -> dict[str, float]:
        """Disputes a minute, processor seconds a dispute and peak memory, with that many triggered at once."""
        programs, starters = self._pids(), self._starters()
        cpu, in_tasks, begin = cpu_seconds(programs), task_cpu_seconds(starters), time.time()
        with Peak(self._pids(without=("postgres",))) as peak:
            runs = [self._start(self.dag_id, next(self.disputes)) for _ in range(count)]
            ends = [self._end(self.dag_id, run) for run in runs]
        taken = max(ends) - begin
        return {
            "disputes": count,
            "seconds": round(taken, 1),
            "a minute": round(60 * count / taken, 1),
            "CPU s a dispute": round((cpu_seconds(programs) - cpu) / count, 2),
            "CPU s in tasks": round((task_cpu_seconds(starters) - in_tasks) / count, 2),
            "peak PSS MB": round(peak.bytes / 1e6),
        }

    def answer(self) -> float:
        """Seconds from the trigger of one dispute to its end, on an idle Airflow."""
        return self._single(self.dag_id, next(self.disputes))

    def single(self, times: int) -> dict[str, float]:
        """Median seconds of one dispute, and of six tasks that do nothing; in turns."""
        ours, empty = [], []
        for number in range(times):
            ours.append(self.answer())
            if EMPTY in self.stack.dag_ids():
                empty.append(self._single(EMPTY, f"empty_{time.time_ns()}_{number}"))
        measured = {"seconds": round(median(ours), 2)}
        return measured | ({"six empty tasks": round(median(empty), 2)} if empty else {})

    def empty_cpu(self, count: int) -> float:
        """Processor seconds of a run of six tasks that do nothing, of that many triggered at once."""
        programs = self._pids()
        cpu = cpu_seconds(programs)
        runs = [self._start(EMPTY, f"floor_{number}") for number in range(count)]
        for run in runs:
            self._end(EMPTY, run)
        return round((cpu_seconds(programs) - cpu) / count, 2)

    def parked(self, waiting: int, times: int) -> dict[str, float]:
        """The same single dispute, and an answer to its effect, while so many runs wait for a person."""
        for number in range(len(self._questions()), waiting):
            self._start(WAITS, f"waits_{waiting}_{number}")
        while len(self._questions()) < waiting:
            time.sleep(2)
        if waiting:
            time.sleep(LEFT_ALONE)
        measured = {"waiting": waiting, "seconds": round(median(self.answer() for _ in range(times)), 2)}
        if waiting:
            question = next(filter(settled, self._questions()))
            begin = time.time()
            self.stack.rest.answer(question, "Yes")
            run = question["task_instance"]["dag_run_id"]
            measured["answer to end"] = round(self._end(WAITS, run) - begin, 2)
        return measured

    def _questions(self) -> list[dict[str, Any]]:
        return self.stack.rest.questions(WAITS)

    def _single(self, dag_id: str, dispute: str) -> float:
        begin = time.time()
        return self._end(dag_id, self._start(dag_id, dispute), pause=0.5) - begin

    def _start(self, dag_id: str, dispute: str) -> str:
        run_id = f"{dispute}__chargeback__1" if dag_id == self.dag_id else dispute
        conf = {"dispute": dispute, "round": "chargeback", "revision": 1}
        return self.stack.rest.trigger(dag_id, run_id=run_id, conf=conf if dag_id == self.dag_id else {})

    def _end(self, dag_id: str, run_id: str, *, pause: float = 2.0) -> float:
        """When a run ended, Unix seconds."""
        deadline = time.monotonic() + PATIENCE
        while (run := self.stack.rest.run(dag_id, run_id))["state"] not in ("success", "failed"):
            self.stack.check()
            if time.monotonic() > deadline:
                raise TimeoutError(f"{run_id} is {run['state']}")
            time.sleep(pause)
        if run["state"] == "failed":
            raise ValueError(f"{dag_id} {run_id} has failed; its logs are in {self.stack.airflow.home}/logs")
        return datetime.fromisoformat(run["end_date"]).timestamp()

    def _starters(self) -> list[int]:
        """The programs that start tasks: Celery's workers, else the scheduler."""
        children = self.stack._children
        found = [child for child in children if child.name.startswith("worker")] or [
            child for child in children if child.name == "scheduler"
        ]
        return [child.process.pid for child in found]

    def _pids(self, without: Iterable[str] = ()) -> list[int]:
        """Airflow's programs and its database; the sandbox stands for Stripe and AWS."""
        children: list[Child] = [*self.stack._children, self.stack.database.child]
        return [child.process.pid for child in children if child.name not in ("sandbox", *without)]
