"""Where faults are made: a broken stack, fresh disputes, and what becomes of them."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import yaml
from tests.e2e.rehearsal import Rehearsal, Run
from tests.faults.broken_stack import UNREACHABLE, BrokenStack
from tests.faults.traffic import Traffic
from tests.faults.verdict import Judge
from tests.integration.representment.seeds_folder import ADDRESS, BOUGHT, SENT, SeedsFolder

from demo.rest import SETTLED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

OLD = "@-410d"
"""The seeds themselves are too old for the intake to see; their copies are new."""
DAG_OF = {"plain": "respond_product_not_received", "parcel": "respond_product_not_received", "asked": "respond_general"}
"""Kind of dispute -> its DAG. A `plain` one has one file and is approved by policy, a `parcel` has three documents, an
`asked` one waits for a person."""
PAPERS = {
    "proof_of_delivery.txt": b"CP1, delivered to 1 Quay Street, Galway.\n",
    "order_receipt.txt": b"Receipt A-1\n",
    "customer_messages.txt": b"Thanks!\n",
}
ENDED = ("success", "failed")
PATIENCE = 900.0
"""Seconds: many times what anything takes on a machine with 2 cores that others use too."""
PAUSE = 1.0
"""Seconds between two looks; each costs the API server, which serves the tasks too."""
APPROVE = "Approve"


@dataclass
class Trial:
    """A fault that was made, and the disputes that met it.

    :param fault: what was done, in words
    :param struck: Unix seconds at which the fault was over: recovery counts from here
    :param moments: the same by dispute, where each had its own
    :param helped: the disputes that needed a person for more than answering a question
    """

    fault: str
    runs: list[Run]
    struck: float
    helped: set[str] = field(default_factory=set)
    moments: dict[str, float] = field(default_factory=dict)
    notes: str = ""


@dataclass(frozen=True)
class Row:
    """A line of the table.

    :param lost: not answered, and neither a failed task nor a question shows it
    :param told: not answered, and a person is notified
    :param seconds: from the end of the fault to the end of the last dispute
    """

    fault: str
    times: int
    doubled: int
    lost: int
    wrong: int
    recovered: int
    told: int
    seconds: float
    notes: str = ""

    @property
    def survived(self) -> bool:
        """Whether nothing was sent twice, lost or changed."""
        return not (self.doubled or self.lost or self.wrong)


class Field:
    """Faults are made here, one after the other, on one running Airflow.

    :param stack: started, and its DAGs running
    :param few: each fault meets only a quarter of the disputes
    """

    def __init__(self, stack: BrokenStack, *, few: bool = False) -> None:
        self.stack = stack
        self.few = few
        self.traffic = stack.traffic
        self.rehearsal = Rehearsal(stack)
        self._serials = itertools.count(1)
        self._answers: dict[str, int] = {}
        self._seen: dict[tuple[str, str], float] = {}
        """When a question was first seen, by this process's own clock: Airflow's may be stepped."""

    @property
    def sandbox(self) -> Any:
        """The sandbox."""
        assert self.stack.sandbox
        return self.stack.sandbox

    @cached_property
    def judge(self) -> Judge:
        """Compares the ends with what was approved."""
        return Judge(self.sandbox, self.rehearsal.rounds, self.traffic)

    def number(self, many: int) -> int:
        """The number of disputes to use here, of the full number."""
        return max(1, many // 4) if self.few else many

    def disputes(self, kind: str, count: int) -> list[Run]:
        """Open fresh disputes; return the runs that will answer them, not started yet."""
        order = {"copy_of": f"du_{kind}000", "count": count, "prefix": f"du_{kind}x{next(self._serials)}x"}
        made = self.sandbox.control("POST", "disputes", order)["disputes"]
        return [Run(dispute, DAG_OF[kind]) for dispute in made]

    def start(self, runs: Iterable[Run]) -> None:
        """Trigger the runs as the intake does."""
        for run in runs:
            self.rehearsal.trigger(run)

    def mixture(self, plain: int = 6, parcels: int = 2, asked: int = 2) -> list[Run]:
        """Start fresh disputes of every kind."""
        kinds = {"plain": plain, "parcel": parcels, "asked": asked}
        runs = [run for kind, count in kinds.items() for run in self.disputes(kind, self.number(count))]
        self.start(runs)
        return runs

    def wait_for_middle(self, runs: list[Run], seconds: float = PATIENCE) -> None:
        """Wait until some of the disputes are answered, and others are under way.

        :raises TimeoutError: none is answered
        """
        answered = max(1, len(runs) // 5)

        def some() -> bool:
            self.stack.check()
            return sum(bool(self.traffic.taken(run.dispute, lambda one: one.submits)) for run in runs) >= answered

        if not self.until(some, seconds):
            raise TimeoutError(f"after {seconds:.0f} s fewer than {answered} of {len(runs)} disputes are answered")

    def until(self, so: Callable[[], bool], seconds: float = PATIENCE) -> bool:
        """Check until a condition holds or the time is over; meanwhile, restart what has ended."""
        deadline = time.monotonic() + seconds
        while not (answer := self.asked(so)) and time.monotonic() < deadline:
            time.sleep(PAUSE)
        return bool(answer)

    def asked(self, question: Callable[[], Any]) -> Any:
        """The answer of an API server; None if the server is down."""
        try:
            self.stack.check()
            return question()
        except UNREACHABLE:
            return None

    def states(self, runs: list[Run]) -> dict[str, dict[str, Any]]:
        """The response runs of these disputes by run id, later revisions too."""
        found: dict[str, dict[str, Any]] = {}
        for dag_id in {run.dag_id for run in runs}:
            for one in self.stack.rest.runs(dag_id, run_id_pattern=f"{_begin(runs, dag_id)}%"):
                if any(one["dag_run_id"].startswith(f"{run.dispute}__") for run in runs):
                    found[one["dag_run_id"]] = one
        return found

    def settle(self, runs: list[Run], *, answer: str | None = APPROVE, seconds: float = PATIENCE) -> None:
        """Wait until every dispute's runs have ended, answering what is asked.

        :param answer: what a person says to every question; None: nobody answers
        """

        def ended() -> bool:
            states = self.states(runs)
            if answer:
                self._answer(runs, answer)
            there = {run_id.partition("__")[0] for run_id in states}
            waiting = set() if answer else {one["task_instance"]["dag_run_id"] for one in self.stack.rest.questions()}
            # What was answered before a database was lost needs no run in the next one.
            others = {run.dispute for run in runs} - there
            return all(one["state"] in ENDED or run_id in waiting for run_id, one in states.items()) and all(
                self.judge.verdict(dispute).answered for dispute in others
            )

        self.until(ended, seconds)

    def row(self, trial: Trial) -> Row:
        """Judge what became of the disputes of a fault."""
        states = self.states(trial.runs)
        open_ = {one["task_instance"]["dag_run_id"].partition("__")[0] for one in self.stack.rest.questions()}
        red = {run_id.partition("__")[0] for run_id, one in states.items() if one["state"] == "failed"}
        verdicts = [self.judge.verdict(run.dispute) for run in trial.runs]
        unanswered = {one.dispute for one in verdicts if not one.answered}
        told = unanswered & (red | open_)
        ends = [(run_id.partition("__")[0], one["end_date"]) for run_id, one in states.items() if one["end_date"]]
        took = [_unix(end) - trial.moments.get(dispute, trial.struck) for dispute, end in ends]
        details = [f"{one.dispute}: {', '.join(one.wrong)}" for one in verdicts if one.wrong]
        details += [f"{dispute}: lost, {self._about(dispute, states)}" for dispute in sorted(unanswered - told)]
        details += [f"{dispute}: red, {self._about(dispute, states)}" for dispute in sorted(told)[:3]]
        return Row(
            trial.fault,
            times=len(trial.runs),
            doubled=sum(one.doubled for one in verdicts),
            lost=len(unanswered - told),
            wrong=sum(bool(one.wrong) for one in verdicts),
            recovered=len({one.dispute for one in verdicts if one.answered} - trial.helped),
            told=len(told),
            seconds=round(max([0.0, *took]), 1),
            notes="; ".join([*([trial.notes] if trial.notes else []), *details]),
        )

    def _about(self, dispute: str, states: dict[str, dict[str, Any]]) -> str:
        """Where the runs of a dispute are, with the last lines of error."""
        told = []
        for run_id, one in states.items():
            if run_id.startswith(f"{dispute}__"):
                tasks = self.stack.rest.task_states(one["dag_id"], run_id)
                bad = {task: state for task, state in tasks.items() if state not in ("success", "skipped", None)}
                told.append(f"{run_id} is {one['state']} {bad or ''} {self._error(one['dag_id'], run_id)}")
        return " | ".join(told) or "it has no run"

    def _error(self, dag_id: str, run_id: str) -> str:
        """The last error in a run's task logs."""
        logs = self.stack.airflow.home / "logs" / f"dag_id={dag_id}" / f"run_id={run_id}"
        found = ""
        for log in sorted(logs.rglob("*.log"), key=lambda log: log.stat().st_mtime):
            for line in log.read_text(errors="replace").splitlines():
                if '"exc_value"' in line and (match := re.search(r'"exc_value":\s*"(.*?)"[,}]', line)):
                    found = match[1]
        return found[:300]

    def _answer(self, runs: list[Run], option: str) -> None:
        disputes = {run.dispute for run in runs}
        for question in self.stack.rest.questions():
            run_id = question["task_instance"]["dag_run_id"]
            if run_id.partition("__")[0] not in disputes:
                continue
            seen = self._seen.setdefault((run_id, question["created_at"]), time.monotonic())
            earlier = self._answers.get(run_id, 0)
            if time.monotonic() - seen >= SETTLED * (1 << earlier):
                self._answers[run_id] = earlier + 1
                self.rehearsal.send(question, option)


def _begin(runs: list[Run], dag_id: str) -> str:
    """The common beginning of the run ids of these disputes."""
    return os.path.commonprefix([run.dispute for run in runs if run.dag_id == dag_id])  # noqa: RUF071 - no path


def _unix(text: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(text).timestamp()


def fill(root: Path) -> Path:
    """Write the seeds that the disputes are copied from; the folder."""
    seeds = SeedsFolder(root)
    seeds.put("account.json", {"id": "acct_1"})
    seeds.put("stripe/customers/cus_ann.json", {"created": "@-500d", "email": "ann@example.com", "name": "Ann Lee"})
    seeds.put("bucket/policies/refund_policy/v1.txt", b"Refunds within 30 days.\n")
    seeds.plain("plain000", created=OLD)
    seeds.parcel("parcel000", PAPERS, created=OLD)
    arrived = {"delivered_address": ADDRESS, "delivered_at": "@-37d 10:00"}
    seeds.facts("parcel000", "physical_product", BOUGHT, SENT | {"shipment": SENT["shipment"] | arrived})
    seeds.dispute("asked000", code="11.3", reason="general", created=OLD)
    (root / "script.yaml").write_text(yaml.safe_dump(seeds.script))
    return root


def environment() -> dict[str, str]:
    """The environment without connections and variables of ours: the faults bring their own Stripe and bucket."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW_CONN_", "AIRFLOW_VAR_"))}


def broken_stack(root: Path) -> BrokenStack:
    """A stack to make faults in, not started."""
    seeds = root / "seeds"
    shutil.rmtree(seeds, ignore_errors=True)
    fill(seeds)
    return BrokenStack(root, traffic=Traffic(), seeds=seeds, environ=environment())
