"""Airflow's REST API, as far as the demo and the end-to-end tests need it."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Self

import httpx

from demo.airflow_processes import Login

Json = dict[str, Any]

ANY = "~"
"""Stands for every DAG, or every run, in a path."""
PAGE = 100
SETTLED = 3.0
"""Seconds: an answer right after the question can fail the run (a race in Airflow 3.3.2), from 1.5 s on none did."""


class RestError(RuntimeError):
    """Airflow refused a request. `status` is HTTP's."""

    def __init__(self, response: httpx.Response) -> None:
        request = response.request
        super().__init__(f"{request.method} {request.url.path}: {response.status_code} {response.text[:500]}")
        self.status = response.status_code


class Rest:
    """A client of one user. Every method raises :class:`RestError` when Airflow refuses.

    :param url: address of the API server
    :param login: the user, or None for what is open to everybody
    """

    def __init__(self, url: str, login: Login | None = None) -> None:
        # Not by way of a proxy: the server is on this machine.
        self.client = httpx.Client(base_url=url, trust_env=False, timeout=30)
        if login:
            answer = self._send("POST", "/auth/token", {"username": login.name, "password": login.password})
            self.client.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def get(self, path: str, **query: Any) -> Json:
        """GET below /api/v2."""
        response = self.client.get(f"/api/v2{path}", params=query)
        return _body(response)

    def post(self, path: str, body: Json) -> Json:
        """POST below /api/v2."""
        return self._send("POST", f"/api/v2{path}", body)

    def patch(self, path: str, body: Json, **query: Any) -> Json:
        """PATCH below /api/v2."""
        return self._send("PATCH", f"/api/v2{path}", body, query)

    def every(self, path: str, key: str, **query: Any) -> list[Json]:
        """Return all pages of a listing; `key` names the list in the answer."""
        found: list[Json] = []
        while True:
            page = self.get(path, limit=PAGE, offset=len(found), **query)
            found += page[key]
            if len(found) >= page["total_entries"] or not page[key]:
                return found

    def healthy(self) -> bool:
        """Whether the database, the scheduler and the DAG processor are; False while nothing answers."""
        try:
            health = self.get("/monitor/health")
        except (httpx.TransportError, RestError):
            return False
        return all(health[part]["status"] == "healthy" for part in ("metadatabase", "scheduler", "dag_processor"))

    def dag_ids(self) -> set[str]:
        """Ids of the DAGs that were parsed."""
        return {dag["dag_id"] for dag in self.every("/dags", "dags")}

    def import_errors(self) -> dict[str, str]:
        """The DAG files that failed to load, each with its traceback."""
        errors = self.every("/importErrors", "import_errors")
        return {error["filename"]: error["stack_trace"] for error in errors}

    def unpause(self, dag_id: str) -> None:
        """Let a DAG run."""
        self.patch(f"/dags/{dag_id}", {"is_paused": False})

    def trigger(self, dag_id: str, *, run_id: str | None = None, conf: Json | None = None) -> str:
        """Start a run; return its id."""
        body = {"dag_run_id": run_id, "conf": conf or {}, "logical_date": None}
        started: str = self.post(f"/dags/{dag_id}/dagRuns", body)["dag_run_id"]
        return started

    def run(self, dag_id: str, run_id: str) -> Json:
        """One run."""
        return self.get(f"/dags/{dag_id}/dagRuns/{run_id}")

    def runs(self, dag_id: str = ANY, **query: Any) -> list[Json]:
        """The runs of a DAG, or of all."""
        return self.every(f"/dags/{dag_id}/dagRuns", "dag_runs", **query)

    def task_instances(self, dag_id: str = ANY, run_id: str = ANY, **query: Any) -> list[Json]:
        """The task instances of a run, or of all."""
        return self.every(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances", "task_instances", **query)

    def task_states(self, dag_id: str, run_id: str) -> dict[str, str | None]:
        """State by task id of a run without mapped tasks."""
        return {task["task_id"]: task["state"] for task in self.task_instances(dag_id, run_id)}

    def xcom(self, dag_id: str, run_id: str, task_id: str, key: str = "return_value") -> Any:
        """A value that a task left."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/{key}"
        return self.get(path, deserialize=True)["value"]

    def questions(self, dag_id: str = ANY, run_id: str = ANY) -> list[Json]:
        """The Required Actions that nobody has answered yet."""
        return self.every(f"/dags/{dag_id}/dagRuns/{run_id}/hitlDetails", "hitl_details", response_received=False)

    def answer(self, question: Json, option: str, params: Mapping[str, Any] | None = None) -> None:
        """Answer a Required Action, see :func:`settled`."""
        task = question["task_instance"]
        path = f"/dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}/taskInstances/{task['task_id']}"
        body = {"chosen_options": [option], "params_input": dict(params or {})}
        self.patch(f"{path}/{task['map_index']}/hitlDetails", body)

    def clear(self, dag_id: str, run_id: str, task_ids: list[str]) -> None:
        """Run the tasks of a run again, and what comes after them."""
        body = {"dry_run": False, "dag_run_id": run_id, "task_ids": task_ids}
        self.post(f"/dags/{dag_id}/clearTaskInstances", body | {"only_failed": False, "include_downstream": True})

    def set_pool(self, name: str, slots: int) -> None:
        """Change a pool's slots; 0 holds its tasks back."""
        body = {"pool": name, "slots": slots, "include_deferred": False}
        self.patch(f"/pools/{name}", body, update_mask=["slots", "include_deferred"])

    def wait_for_run(self, dag_id: str, run_id: str, *, seconds: float = 60) -> Json:
        """Wait until a run has ended; return it.

        :raises TimeoutError: it is still running.
        """
        deadline = time.monotonic() + seconds
        while (run := self.run(dag_id, run_id))["state"] not in {"success", "failed"}:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{dag_id} {run_id} is {run['state']} after {seconds:.0f} s")
            time.sleep(0.5)
        return run

    def _send(self, method: str, path: str, body: Json, query: Mapping[str, Any] | None = None) -> Json:
        return _body(self.client.request(method, path, json=body, params=query))


def settled(question: Json, now: datetime | None = None, *, answers: int = 0) -> bool:
    """Whether a Required Action is old enough to be answered by a program.

    :param answers: earlier answers to it, which failed: each time the wait was too short for this busy machine.
    """
    asked = datetime.fromisoformat(question["created_at"])
    return ((now or datetime.now(UTC)) - asked).total_seconds() >= SETTLED * (1 << answers)


def _body(response: httpx.Response) -> Json:
    if response.is_error:
        raise RestError(response)
    body: Json = response.json() if response.content else {}
    return body
