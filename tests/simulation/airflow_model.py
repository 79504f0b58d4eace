"""What Airflow 3.3.2 does with the tasks of a run: trigger rules, branches, retries, waiting for a person, clicks.

Read from its source, and small: no pools but the brake, no queues, one map index. `NotPreviouslySkippedDep`, skipping a
branch's other ways, `clear_task_instances` and "mark success" (which clears what had failed downstream) work as there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from airflow.sdk.definitions.retry_policy import RetryAction, RetryDecision

from representment.response_dag import response_dag

if TYPE_CHECKING:
    from airflow.sdk import DAG
    from tests.simulation.tries import Try

SUCCESS, FAILED, SKIPPED, UPSTREAM_FAILED = "success", "failed", "skipped", "upstream_failed"
RUNNING, RETRY, RESCHEDULED, AWAITING, ANSWERED = "running", "up_for_retry", "up_for_reschedule", "awaiting", "answered"
FINISHED = frozenset({SUCCESS, FAILED, SKIPPED, UPSTREAM_FAILED})
BAD = frozenset({FAILED, UPSTREAM_FAILED})
SKIP_KEY = "skipmixin_key"


@cache
def dag_of(dag_id: str) -> DAG:
    """The real DAG, made once."""
    return response_dag(dag_id.removeprefix("respond_"), doc="# Simulated")


@dataclass(frozen=True)
class Question:
    """What `approve` asks, as a person sees it.

    :param until: Unix seconds; None: without end
    """

    options: tuple[str, ...]
    body: str
    defaults: tuple[str, ...]
    form: dict[str, Any]
    until: float | None = None


@dataclass
class Task:
    """One task instance.

    :param due: before which it is not tried again, Unix seconds
    :param error: why it failed last, in words
    :param died_of: the same, as it was raised
    :param answer: the answer to its question, not processed yet
    :param by_hand: whether somebody has set its state
    """

    task_id: str
    retries: int
    state: str | None = None
    number: int = 0
    most: int = 0
    due: float = 0
    error: str = ""
    died_of: BaseException | None = None
    live: Try | None = None
    question: Question | None = None
    answer: dict[str, Any] | None = None
    by_hand: bool = False

    def __post_init__(self) -> None:
        self.most = self.most or self.retries

    def clear(self) -> None:
        """Clear it; a running one is killed first."""
        self.state, self.due, self.answer, self.question, self.by_hand = None, 0, None, None, False
        self.most = self.number + self.retries
        self.error, self.died_of = "", None


@dataclass
class Run:
    """One run of a response DAG.

    :param run_id: `<dispute>__<round>__<revision>` where it was started as documented
    """

    dag_id: str
    run_id: str
    conf: dict[str, Any]
    note: str | None = None
    tasks: dict[str, Task] = field(default_factory=dict)
    xcoms: dict[tuple[str, str], Any] = field(default_factory=dict)
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        dag = dag_of(self.dag_id)
        self.tasks = {task_id: Task(task_id, dag.get_task(task_id).retries or 0) for task_id in dag.task_ids}

    @property
    def response(self) -> str:
        """What it answers, whatever its own id is."""
        return "{dispute}__{round}__{revision}".format(**self.conf)

    @property
    def name(self) -> str:
        """Its id, with its DAG's if that is not the documented one."""
        return self.run_id if self.run_id == self.response else f"{self.run_id} of {self.response}"

    @property
    def over(self) -> bool:
        """Whether every task has ended."""
        return all(task.state in FINISHED for task in self.tasks.values())

    @property
    def red(self) -> bool:
        """Whether it has visibly failed: one of its leaf tasks has failed."""
        dag = dag_of(self.dag_id)
        leaves = [task for name, task in self.tasks.items() if not dag.get_task(name).downstream_task_ids]
        return self.over and any(task.state in BAD for task in leaves)

    @property
    def message(self) -> str:
        """Why it is red."""
        return "; ".join(task.error for task in self.tasks.values() if task.state == FAILED)

    def schedule(self) -> None:
        """Skip what is to be skipped and fail what cannot run, until nothing changes."""
        while any(self._settle(name) for name in self.tasks):
            pass

    def ready(self, now: float, *, braked: bool) -> list[Task]:
        """The tasks that may be started now."""
        return [task for name, task in self.tasks.items() if self._may_start(name, task, now, braked=braked)]

    def _may_start(self, name: str, task: Task, now: float, *, braked: bool) -> bool:
        if task.live or (braked and name == "submit"):
            return False
        if task.state in (RETRY, RESCHEDULED):
            return task.due <= now
        return task.state == ANSWERED or (task.state is None and self._verdict(name) == RUNNING)

    def _settle(self, name: str) -> bool:
        task = self.tasks[name]
        verdict = self._verdict(name) if task.state is None else None
        if verdict in (SKIPPED, UPSTREAM_FAILED):
            task.state = verdict
            return True
        return False

    def _verdict(self, name: str) -> str | None:
        """What becomes of a task without a state: `RUNNING` if it may run, None if it has to wait."""
        task = dag_of(self.dag_id).get_task(name)
        upstream = sorted(task.upstream_task_ids)
        states = [self.tasks[one].state for one in upstream]
        if any(name not in self._followed(one) for one in upstream):
            return SKIPPED
        if any(state in BAD for state in states):
            return UPSTREAM_FAILED
        if task.trigger_rule == "all_success":
            if SKIPPED in states:
                return SKIPPED
            return RUNNING if all(state == SUCCESS for state in states) else None
        if not all(state in FINISHED for state in states):
            return None
        return RUNNING if SUCCESS in states else SKIPPED

    def _followed(self, upstream: str) -> set[str]:
        """The tasks that an upstream task leads to; all of them unless it has chosen a branch."""
        everywhere = set(self.tasks)
        if self.tasks[upstream].state not in FINISHED:
            return everywhere
        return set(self.xcoms.get((upstream, SKIP_KEY), {}).get("followed", everywhere))

    def skip(self, tasks: list[Any]) -> None:
        """What the server does when a task has skipped others."""
        for one in tasks:
            other = self.tasks[one if isinstance(one, str) else one[0]]
            if other.state not in (RUNNING, SUCCESS, FAILED):
                other.state = SKIPPED

    def failed(self, task: Task, error: BaseException, decision: RetryDecision | None, now: float) -> None:
        """A try has failed: once more, unless the policy or the number of tries says no."""
        task.error, task.died_of = str(error) or type(error).__name__, error
        may = task.number <= task.most and (decision is None or decision.action is not RetryAction.FAIL)
        task.state = RETRY if may else FAILED
        told = decision.retry_delay if decision else None
        task.due = now + (told.total_seconds() if told else 5)

    def downstream(self, name: str) -> list[str]:
        """A task and all that come after it."""
        later = dag_of(self.dag_id).get_task(name).get_flat_relative_ids(upstream=False)
        return [name, *sorted(later)]

    def set_state(self, name: str, state: str) -> None:
        """Somebody marks a task; marked success, what had failed behind it is cleared."""
        task = self.tasks[name]
        task.state, task.by_hand, task.answer, task.error = state, True, None, "marked by hand"
        task.died_of = None
        for other in (self.tasks[one] for one in self.downstream(name)[1:]):
            if state == SUCCESS and other.state in BAD:
                other.clear()
