"""The response runs as Airflow shows them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from demo.rest import Json, Rest

OVERLAP = timedelta(seconds=5)
"""A change is dated when it is made, and seen when it is committed."""
PREFIX = "respond_"
WAITING = "awaiting_input"
ENDED = ("success", "failed")
LEAVES = ("submit", "send_back", "accept", "refund", "leave", "nothing_to_answer")
STEPS = ("gather", "collect", "render", "upload", "stage", "approve", *LEAVES)


@dataclass(frozen=True)
class Response:
    """One run: the answer to one round of one dispute.

    :param tasks: state by task id, of those that have one.
    """

    dag_id: str
    run_id: str
    state: str
    tasks: Mapping[str, str] = field(default_factory=dict)

    @property
    def dispute(self) -> str:
        """First part of the run's id, ``<dispute>__<round>__<revision>``."""
        return self.run_id.rsplit("__", 2)[0]

    @property
    def round(self) -> str:
        """Second part."""
        return self.run_id.rsplit("__", 2)[1]

    @property
    def revision(self) -> int:
        """Third part."""
        return int(self.run_id.rsplit("__", 2)[2])

    @property
    def leaf(self) -> str | None:
        """The way out that was taken."""
        return next((task for task in LEAVES if self.tasks.get(task) in ENDED), None)

    @property
    def now(self) -> str:
        """The last step that was reached, and its state."""
        reached = [step for step in STEPS if self.tasks.get(step) not in (None, "skipped", "upstream_failed")]
        return f"{reached[-1]} {self.tasks[reached[-1]]}" if reached else self.state


class Watch:
    """Reads every response run, again and again.

    The API server that is asked here serves the tasks too: while no run begins or ends, only what has changed is read.
    """

    def __init__(self, rest: Rest) -> None:
        self.rest = rest
        self._since = datetime.fromtimestamp(0, UTC)
        self._states: dict[tuple[str, str], str] = {}
        self._tasks: dict[tuple[str, str], dict[str, str | None]] = defaultdict(dict)

    def read(self) -> list[Response]:
        """Return the runs as they are now, in the order of their start."""
        begin = datetime.now(UTC)
        runs = [run for run in self.rest.runs(order_by="run_after") if is_response(run)]
        states = {(run["dag_id"], run["dag_run_id"]): run["state"] for run in runs}
        news = {"updated_at_gte": (self._since - OVERLAP).isoformat()} if states == self._states else {}
        for task in self.rest.task_instances(**news) if runs else []:
            self._tasks[task["dag_id"], task["dag_run_id"]][task["task_id"]] = task["state"]
        self._states, self._since = states, begin
        return [Response(*key, state, self._known(key)) for key, state in states.items()]

    def _known(self, key: tuple[str, str]) -> dict[str, str]:
        return {task: state for task, state in self._tasks[key].items() if state}


def is_response(run: Json) -> bool:
    """Whether a run answers a dispute; early fraud warnings are answered by runs of their own.

    :param run: `dag_id` and `dag_run_id`.
    """
    dispute, _, revision = run["dag_run_id"].rpartition("__")
    return run["dag_id"].startswith(PREFIX) and revision.isdigit() and "__" in dispute
