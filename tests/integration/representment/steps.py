"""Runs the operators of the real DAG one by one, as Airflow would, against the sandbox."""

from __future__ import annotations

import json
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
from airflow.sdk.exceptions import DownstreamTasksSkipped
from airflow.sdk.execution_time.context import VariableAccessor

from disputes.rounds import Round, RunId
from representment.hooks.s3_store import S3Store
from representment.hooks.stripe_hook import StripeHook
from representment.response_dag import PARAMS, response_dag
from representment.storage.round_folder import RoundFolder
from representment.unstaging import unstage

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow.sdk import DAG

HTTP = httpx.Client(timeout=30)


@cache
def dag_of(reason: str) -> DAG:
    """The real DAG, made once."""
    return response_dag(reason, doc="# Test")


@dataclass
class World:
    """A running sandbox and the prefix that this test's rounds have to themselves."""

    api_base: str
    s3_endpoint: str
    secret_key: str
    restricted_key: str
    control_url: str
    rounds_uri: str = ""
    take: Callable[[str], str] = lambda kind: kind

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call a control route of the sandbox."""
        answer = HTTP.request(method, f"{self.control_url}/{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    def fault(self, kind: str, when: str = "before", path: str = "*", **rule: Any) -> None:
        """Order faults; one, unless told otherwise."""
        self.control("POST", "faults", {"kind": kind, "when": when, "path": path, **rule})

    def log(self) -> list[dict[str, Any]]:
        """Every request to Stripe since this test began."""
        entries: list[dict[str, Any]] = self.control("GET", "requests")
        return entries

    def writes(self) -> list[dict[str, Any]]:
        """Those that change something."""
        return [one for one in self.log() if one["method"] != "GET"]

    def calls(self, text: str) -> list[str]:
        """Method and path of those whose path holds a text."""
        return [f"{one['method']} {one['path']}" for one in self.log() if text in one["path"]]

    def dispute(self, dispute: str) -> dict[str, Any]:
        """The dispute as Stripe holds it, with everything that is due done; not logged as ours."""
        stored: dict[str, Any] = self.read(f"disputes/{dispute}")
        return stored

    def read(self, path: str, **query: str) -> Any:
        """What Stripe holds below a path; not logged as ours."""
        answer = HTTP.get(f"{self.api_base}/v1/{path}", params=query, auth=(self.secret_key, ""))
        return answer.raise_for_status().json()

    def edit(self, dispute: str, **form: str) -> None:
        """Somebody saves something in the Dashboard."""
        data = {"submit": "false"} | form
        HTTP.post(f"{self.api_base}/v1/disputes/{dispute}", data=data, auth=(self.secret_key, "")).raise_for_status()

    @property
    def rounds(self) -> S3Store:
        """This test's rounds."""
        return S3Store(self.rounds_uri)

    def response(self, dispute: str, round_: str = "chargeback", revision: int = 1, **members: Any) -> Response:
        """The run that answers a round of a dispute."""
        return Response(self, RunId(dispute, Round(round_), revision), **members)

    def staged(self, kind: str = "plain") -> Response:
        """A fresh dispute whose packet is staged and approved by the policy."""
        response = self.response(self.take(kind))
        assert response.to("stage") == "submit"
        return response


@dataclass
class FakeTask:
    """The task instance: Airflow's part."""

    task: Any
    xcoms: dict[tuple[str, str], Any]
    run_id: str
    try_number: int = 1
    map_index: int = -1
    id: Any = field(default_factory=uuid4)

    @property
    def dag_id(self) -> str:
        return str(self.task.dag_id)

    def xcom_push(self, key: str, value: Any) -> None:
        self.xcoms[self.task.task_id, key] = value

    def xcom_pull(self, task_ids: str | list[str], key: str) -> Any:
        if isinstance(task_ids, str):
            return self.xcoms.get((task_ids, key))
        return [self.xcoms[task, key] for task in task_ids if (task, key) in self.xcoms]


class FakeStateStore(dict[str, Any]):
    """What a task keeps in Airflow from one try to the next."""

    def set(self, key: str, value: Any) -> None:
        self[key] = json.loads(json.dumps(value))

    def delete(self, key: str) -> None:
        self.pop(key, None)


@dataclass
class Response:
    """One run of `respond_<reason>`, task by task; every try is a fresh operator, as in an isolated process."""

    world: World
    run: RunId
    reason: str = "product_not_received"
    remark: str | None = None
    claim: str | None = None
    run_id: str | None = None
    xcoms: dict[tuple[str, str], Any] = field(default_factory=dict)
    states: FakeStateStore = field(default_factory=FakeStateStore)

    def task(self, task_id: str, try_number: int = 1) -> tuple[Any, dict[str, Any]]:
        """A rendered operator and its context."""
        operator = copy(dag_of(self.reason).get_task(task_id))
        instance = FakeTask(operator, self.xcoms, self.run_id or str(self.run), try_number)
        conf = {"dispute": self.run.dispute, "round": str(self.run.round), "revision": self.run.revision}
        context = {
            "ti": instance,
            "task_instance": instance,
            "params": {name: param.value for name, param in PARAMS.items()}
            | conf
            | {"claim": self.claim, "remark": self.remark},
            "dag_run": SimpleNamespace(conf=conf | {"remark": self.remark}, triggering_user_name="ann"),
            "var": {"value": VariableAccessor(deserialize_json=False)},
            "task_state_store": self.states,
        }
        operator.render_template_fields(context)
        return operator, context

    def do(self, task_id: str, try_number: int = 1) -> Any:
        """Run one task: what it returns or, where it branches, the one task that is not skipped (None: all are)."""
        operator, context = self.task(task_id, try_number)
        operator.pre_execute(context)
        try:
            return operator.execute(context)
        except DownstreamTasksSkipped:
            return self._followed(operator)

    def to(self, last: str) -> Any:
        """Run everything up to a task; what that gave."""
        order = ("gather", "collect", "render", "upload", "stage", "submit")
        for task_id in order[: order.index(last) + 1]:
            given = self.do(task_id)
        return given

    def unstage(self) -> bool:
        """Take the packet off the dispute; whether there was anything to do."""
        operator, context = self.task("leave")
        return unstage(operator.guard(context), operator.folder)

    def choose(
        self,
        choice: str,
        *,
        by: str | None = "ann",
        remark: str = "",
        at: int | None = None,
        form: dict[str, str] | None = None,
    ) -> Any:
        """Answer the question of `approve`, or let the time run out (`by` None); the task that follows."""
        operator, context = self.task("approve")
        event = {
            "chosen_options": [choice],
            "params_input": {"remark": remark} | (form or {}) if by else {},
            "responded_at": datetime.fromtimestamp(at, UTC) if at else datetime.now(UTC),
            "responded_by_user": {"id": "1", "name": by} if by else None,
        }
        try:
            operator.execute_complete(context, event)
        except DownstreamTasksSkipped:
            return self._followed(operator)
        raise AssertionError("nothing was skipped")

    def _followed(self, operator: Any) -> str | None:
        """The branch: of the tasks that were not skipped the first one, the others come after it."""
        followed = self.xcoms[operator.task_id, "skipmixin_key"]["followed"]
        later = {task: operator.dag.get_task(task).get_flat_relative_ids(upstream=False) for task in followed}
        return next((task for task in followed if later[task] >= {*followed} - {task}), None)

    @property
    def folder(self) -> RoundFolder:
        """The round's own work."""
        return RoundFolder(self.world.rounds, self.run)

    @property
    def stored(self) -> dict[str, Any]:
        """The dispute as Stripe holds it."""
        return self.world.dispute(self.run.dispute)

    @property
    def submissions(self) -> int:
        """How often it was submitted."""
        count: int = self.stored["evidence_details"]["submission_count"]
        return count

    def revision(self, number: int, claim: str | None = None) -> Response:
        """The run of another revision."""
        return self.world.response(self.run.dispute, str(self.run.round), number, reason=self.reason, claim=claim)


def forget(store: S3Store, name: str) -> None:
    """What a task that was killed just before had not written."""
    store.client.delete_object(Bucket=store.bucket, Key=store.prefix + name)


def connect(world: World, environment: Any, *, key: str | None = None, **extra: Any) -> StripeHook:
    """Set the connection to Stripe, and give a hook that uses it."""
    wanted = {"base_url": world.api_base, "files_url": world.api_base, "mode": "submit"} | extra
    connection = {"conn_type": "stripe", "password": key or world.secret_key, "extra": wanted}
    environment.setenv("AIRFLOW_CONN_STRIPE_DEFAULT", json.dumps(connection))
    return StripeHook()
