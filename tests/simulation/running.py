"""Runs one try of one task with the real operator, in a context as Airflow would give it."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from airflow.sdk.exceptions import (
    AirflowRescheduleException,
    AirflowSkipException,
    DownstreamTasksSkipped,
    TaskAwaitingInput,
)
from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance
from tests.simulation.airflow_model import (
    ANSWERED,
    AWAITING,
    RESCHEDULED,
    RUNNING,
    SKIPPED,
    SUCCESS,
    Question,
    Run,
    Task,
    dag_of,
)
from tests.simulation.tries import Try, stop_at

from representment.response_dag import PARAMS

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS_URI, EVIDENCE_URI = "s3://representment/rounds", "s3://evidence"
VARIABLES = {"representment_rounds_uri": ROUNDS_URI, "representment_evidence_uri": EVIDENCE_URI}
_NAMES = UUID(int=0)


class Variables:
    """`var.value` of a template."""

    def __getattr__(self, name: str) -> str:
        return VARIABLES[name]

    def get(self, name: str, default: str | None = None) -> str | None:
        """A variable, or the default."""
        return VARIABLES.get(name, default)


@dataclass(frozen=True)
class TaskStore:
    """`task_state_store`: what a task keeps from try to try in Airflow's database; a clear leaves it there."""

    kept: dict[str, Any]

    def get(self, key: str, default: Any = None) -> Any:
        return self.kept.get(key, default)

    def set(self, key: str, value: Any, **_: Any) -> None:
        stop_at(f"KEEP {key}", lambda: self.kept.__setitem__(key, value))

    def delete(self, key: str) -> None:
        stop_at(f"FORGET {key}", lambda: self.kept.pop(key, None))


@dataclass
class Instance:
    """The task instance as an operator sees it."""

    task: Any
    run: Run
    try_number: int
    max_tries: int
    map_index: int = -1
    start_date: Any = None
    asked: Question | None = field(default=None, repr=False)

    @property
    def id(self) -> UUID:
        return uuid5(_NAMES, f"{self.run.run_id}/{self.task_id}/{self.try_number}")

    @property
    def task_id(self) -> str:
        return str(self.task.task_id)

    @property
    def dag_id(self) -> str:
        return self.run.dag_id

    @property
    def run_id(self) -> str:
        return self.run.run_id

    get_task_states = staticmethod(RuntimeTaskInstance.get_task_states)

    def xcom_push(self, key: str, value: Any) -> None:
        self.run.xcoms[self.task_id, key] = value

    def xcom_pull(self, task_ids: str | list[str] | None = None, key: str = "return_value", **_: Any) -> Any:
        if isinstance(task_ids, list):
            return [self.run.xcoms[one, key] for one in task_ids if (one, key) in self.run.xcoms]
        return self.run.xcoms.get((task_ids or self.task_id, key))


def begin(run: Run, task: Task, *, step: int, clock: Callable[[], float]) -> Try:
    """Begin a try, or go on after an answer; what becomes of it is for :func:`finish`."""
    answer = task.answer if task.state == ANSWERED else None
    if answer is None:
        task.number += task.state != RESCHEDULED
        for key in [key for key in run.xcoms if key[0] == task.task_id]:
            del run.xcoms[key]
        task.question = None
    task.state, task.answer, task.by_hand = RUNNING, None, False
    operator = copy(dag_of(run.dag_id).get_task(task.task_id))
    instance = Instance(operator, run, task.number, task.most)
    name = f"{run.name}/{task.task_id}#{task.number}"
    task.live = Try(name, lambda: _work(operator, instance, answer, clock), begun=step)
    return task.live


def _work(operator: Any, instance: Instance, answer: dict[str, Any] | None, clock: Callable[[], float]) -> Any:
    """The whole try: how it ended, and with what."""
    context = _context(operator, instance)
    try:
        operator.render_template_fields(context)
        operator.pre_execute(context)
        value = operator.execute(context) if answer is None else operator.execute_complete(context, answer)
        operator.post_execute(context, value)
    except AirflowSkipException as skipped:
        return "skips itself", str(skipped)
    except DownstreamTasksSkipped as skipped:
        return "skipped", skipped.tasks
    except TaskAwaitingInput as waiting:
        until = clock() + waiting.timeout.total_seconds() if waiting.timeout else None
        return "awaiting", (waiting, until)
    except AirflowRescheduleException as later:
        return "rescheduled", later.reschedule_date.timestamp()
    except Exception as error:  # noqa: BLE001 - Airflow decides what an error means
        policy = operator.retry_policy
        given = policy.evaluate(error, instance.try_number, instance.max_tries, context) if policy else None
        return "failed", (error, given)
    return "done", value


def _context(operator: Any, instance: Instance) -> dict[str, Any]:
    run = instance.run
    params = {name: param.value for name, param in PARAMS.items()}
    given = {name: value for name, value in run.conf.items() if name in params}
    dag_run = SimpleNamespace(
        conf=run.conf,
        run_id=run.run_id,
        dag_id=run.dag_id,
        run_type="manual",
        logical_date=None,
        note=run.note,
        triggering_user_name="ann",
    )
    return {
        "ti": instance,
        "task_instance": instance,
        "task": operator,
        "dag": operator.dag,
        "run_id": run.run_id,
        "params": params | given,
        "dag_run": dag_run,
        "task_state_store": TaskStore(run.kept.setdefault(instance.task_id, {})),
        "var": {"value": Variables()},
    }


def finish(run: Run, task: Task, done: Try, now: float) -> None:
    """Record how a try ended, as Airflow's server does; it ignores a try that it has given up."""
    if task.live is not done:
        return
    task.live = None
    if done.killed:
        run.failed(task, RuntimeError("the process was killed"), None, now)
        return
    how, what = done.end
    if how == "failed":
        run.failed(task, *what, now)
    elif how == "skips itself":
        task.state = SKIPPED
    elif how == "rescheduled":
        task.state, task.due = RESCHEDULED, what
    elif how == "awaiting":
        assert task.question is not None
        task.state, task.question = AWAITING, replace(task.question, until=what[1])
    else:
        task.state = SUCCESS
        if how == "skipped":
            run.skip(what)
        else:
            run.xcoms[task.task_id, "return_value"] = what
