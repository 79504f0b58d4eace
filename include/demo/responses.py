"""The response runs as Airflow shows them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from demo.rest import Json, Rest

PREFIX = "respond_"
WAITING = "awaiting_input"
ENDED = ("success", "failed")
LEAVES = ("submit", "send_back", "accept", "leave", "nothing_to_answer")
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


def read_responses(rest: Rest) -> list[Response]:
    """Return every response run, in the order of their start."""
    runs = [run for run in rest.runs(order_by="run_after") if _is_response(run)]
    tasks: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for task in rest.task_instances() if runs else []:
        if task["state"]:
            tasks[task["dag_id"], task["dag_run_id"]][task["task_id"]] = task["state"]
    return [
        Response(run["dag_id"], run["dag_run_id"], run["state"], tasks[run["dag_id"], run["dag_run_id"]])
        for run in runs
    ]


def _is_response(run: Json) -> bool:
    dispute, _, revision = run["dag_run_id"].rpartition("__")
    return run["dag_id"].startswith(PREFIX) and revision.isdigit() and "__" in dispute
