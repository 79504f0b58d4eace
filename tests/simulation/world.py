"""One dispute's world: Stripe, S3, Airflow and the clocks, and what is running in it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time.comms import (
    CreateHITLDetailPayload,
    ErrorResponse,
    GetTaskStates,
    TaskStatesResult,
    TriggerDagRun,
)
from tests.simulation import shop
from tests.simulation.airflow_model import RUNNING, Question, Run, Task
from tests.simulation.running import ROUNDS_URI, begin, finish
from tests.simulation.services import SERVICES
from tests.simulation.store import LOST, MemoryS3
from tests.simulation.stripe_in_process import Stripe, client_of
from tests.simulation.tries import KILL, Try, current_try, stop_at

from disputes.rounds import RunId, round_of
from representment.hooks.s3_store import S3Store
from representment.runs import conf_of
from representment.settings import DEFAULT_ACCOUNT
from representment.storage.brake import set_brake
from representment.storage.revisions import Revision
from representment.storage.round_folder import RoundFolder
from sandbox import disputes

DAGS = frozenset(path.stem for path in (Path(__file__).parents[2] / "dags").glob("respond_*.py"))
NOTE_LENGTH = 1_000


@dataclass(frozen=True)
class Started:
    """A run that a task of ours has started.

    :param by: the try's name
    :param begun: the step at which that try began
    """

    response: str
    by: str
    begun: int


@dataclass
class World:
    """All of one history.

    :param kind: of the dispute, a key of `shop.REASONS`
    :ivar step: counts everything that happens
    :ivar time: the true time, Unix seconds; Stripe's clock shows it
    :ivar skew: how far this machine's clock is ahead of it
    :ivar braked: whether the pool of `submit` has no slots; they come back with a new database
    :ivar braked_since: the step at which the brake was pulled, which is in the bucket
    :ivar mode_since: the step at which the connection's mode was changed last
    :ivar disturbed: the step at which anybody did anything last
    :ivar corrected: the step at which the dispute's case or the refunds of its charge changed last
    :ivar clicked: whether anybody has cleared, marked or triggered anything
    :ivar tries: the tries that have begun and not ended, those among them that Airflow has given up
    :ivar typed: what a person has typed in the Dashboard: field -> value and step
    :ivar answers: what people answered: run, choice and the hash that they were shown
    :ivar told: the notifications that people got
    :ivar started: the runs that tasks have started
    """

    kind: str
    seed: int = 0
    step: int = 0
    time: float = shop.BEGIN
    skew: float = 0
    mode: str = "submit"
    mode_since: int = 0
    disturbed: int = 0
    corrected: int = 0
    clicked: bool = False
    release: str = "this"
    braked: bool = False
    braked_since: int | None = None
    runs: dict[str, Run] = field(default_factory=dict)
    tries: list[Try] = field(default_factory=list)
    typed: dict[str, tuple[str, int]] = field(default_factory=dict)
    answers: list[tuple[str, str, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    started: list[Started] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        clock = SimpleNamespace(now=lambda: int(self.time))
        self.stripe = Stripe(shop.stripe_state(self.kind, clock), lambda: self.step)
        self.client = client_of(self.stripe.answer)
        self.s3 = MemoryS3(now=lambda: self.step)
        self.s3.objects |= {("evidence", key): content for key, content in shop.evidence().items()}
        self.random = random.Random(self.seed)
        self.ended: list[tuple[Run, Task, Try]] = []
        self.start(f"respond_{shop.REASONS[self.kind]}", self.first_run, self.conf(self.first_run))

    @property
    def dispute_id(self) -> str:
        """The one that there is."""
        return f"du_{self.kind}"

    @property
    def dispute(self) -> dict[str, Any]:
        """As Stripe holds it."""
        return self.stripe.state.collections["disputes"][self.dispute_id]

    @property
    def first_run(self) -> RunId:
        """What the intake starts."""
        round_ = round_of(self.dispute["status"])
        assert round_ is not None
        return RunId(self.dispute_id, round_)

    def conf(self, run: RunId) -> dict[str, Any]:
        """The parameters that a person or the intake starts a response with."""
        return conf_of(Revision(run), DEFAULT_ACCOUNT, self.dispute["evidence_details"]["due_by"])

    def folder(self, response: str) -> RoundFolder:
        """A response's records."""
        return RoundFolder(S3Store(ROUNDS_URI), RunId.parse(response))

    def start(self, dag_id: str, run_id: object, conf: dict[str, Any], note: str | None = None) -> bool:
        """Start a run; False when there is one of that id."""
        key = f"{dag_id}/{run_id}"
        if key in self.runs:
            return False
        self.runs[key] = Run(dag_id, str(run_id), conf, note)
        return True

    def ready(self) -> list[tuple[Run, Task]]:
        """The tasks that may be started now."""
        for run in self.runs.values():
            run.schedule()
        now = self.time
        return [(run, task) for run in self.runs.values() for task in run.ready(now, braked=self.braked)]

    def begin(self, run: Run, task: Task) -> Try:
        """Start a task's next try, up to its first call, if it makes one."""
        self.step += 1
        started = begin(run, task, step=self.step, clock=lambda: self.time + self.skew)
        self.tries.append(started)
        self.go_on(started, "")
        return started

    def go_on(self, one: Try, verdict: str) -> None:
        """Let a try make its call, or not, and stop before the next one."""
        self.step += 1
        if one.call is not None:
            self.trace.append(f"{one.name} {one.call}{'' if verdict in ('', 'go on') else f'  <-- {verdict}'}")
        if one.go_on(verdict):
            self.tries.remove(one)
            if isinstance(one.end, Exception):
                self.trace.append(f"    {one.name}: {one.end!r}")
                self.told.append(str(one.end))
            for run in list(self.runs.values()):
                for task in run.tasks.values():
                    if task.live is one:
                        finish(run, task, one, self.time)
                        self.ended.append((run, task, one))
                        how = "killed" if one.killed else one.end[0]
                        error = f": {one.end[1][0]!r}" if how == "failed" else ""
                        self.trace.append(f"    {one.name} {how}, is {task.state}{error}")

    def serve(self, name: str) -> None:
        """Start the task of a DAG that looks at everything: `intake`, `follow` or `audit`."""
        self.step += 1
        started = Try(f"{name}@{self.step}", lambda: SERVICES[name]()(), begun=self.step)
        self.tries.append(started)
        self.go_on(started, "")

    def kill(self, one: Try) -> None:
        """Kill a try at its current call."""
        self.go_on(one, KILL)

    def task_of(self, one: Try) -> tuple[Run, Task] | None:
        """Which task a try is of; None once Airflow has given it up."""
        found = ((run, task) for run in self.runs.values() for task in run.tasks.values() if task.live is one)
        return next(found, None)

    def pass_time(self, seconds: float) -> None:
        """Let time pass, with what the bank does in it."""
        self.time += seconds
        self.stripe.read_again.clear()
        disputes.advance(self.stripe.state)

    def brake(self, *, on: bool) -> None:
        """What the DAG `submit_brake` does, and the pool with it."""
        self.braked = on
        self.braked_since = self.step if on else None
        set_brake(S3Store(ROUNDS_URI), on=on, by="ann", at=int(self.time))

    def send(self, msg: Any) -> Any:
        """Airflow's supervisor: what tasks say to it."""
        if isinstance(msg, TriggerDagRun):
            return stop_at(f"START {msg.run_id}", lambda: self._triggered(msg), {LOST: self._lost})
        if isinstance(msg, GetTaskStates):
            known = {run.run_id for run in self.runs.values() if run.dag_id == msg.dag_id} & set(msg.run_ids or ())
            return TaskStatesResult(task_states={run_id: dict.fromkeys(msg.task_ids or ()) for run_id in known})
        if isinstance(msg, CreateHITLDetailPayload):
            return stop_at("ASK", lambda: self._asked(msg))
        return None

    def _triggered(self, msg: TriggerDagRun) -> Any:
        if msg.dag_id not in DAGS:
            raise AirflowRuntimeError(ErrorResponse(error=ErrorType.API_SERVER_ERROR, detail={"status_code": 404}))
        if len(msg.note or "") > NOTE_LENGTH:
            raise AirflowRuntimeError(ErrorResponse(error=ErrorType.API_SERVER_ERROR, detail={"status_code": 422}))
        if not self.start(msg.dag_id, msg.run_id, dict(msg.conf or {}), msg.note):
            return ErrorResponse(error=ErrorType.DAGRUN_ALREADY_EXISTS)
        if starting := current_try():
            self.started.append(Started(msg.run_id, starting.name, starting.begun))
        return None

    @staticmethod
    def _lost(effect: Any) -> Any:
        effect()
        raise AirflowRuntimeError(ErrorResponse(error=ErrorType.GENERIC_ERROR, detail=None))

    def _asked(self, msg: CreateHITLDetailPayload) -> None:
        asking = current_try()
        found = self.task_of(asking) if asking else None
        if found is not None and found[1].state == RUNNING:
            form = {name: one["value"] for name, one in (msg.params or {}).items()}
            found[1].question = Question(tuple(msg.options), msg.body or "", tuple(msg.defaults or ()), form)
