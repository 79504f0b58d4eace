"""A sandbox for all tests of this folder, and connections to it from the environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from airflow.sdk.execution_time.comms import CreateHITLDetailPayload, GetTaskStates, TaskStatesResult, TriggerDagRun
from jinja2.sandbox import SandboxedEnvironment
from tests.compiled_templates import compile_once
from tests.integration.desk import airflow_rows
from tests.integration.representment.receivers import http_receiver, webhook
from tests.integration.representment.seeds_folder import fill
from tests.integration.representment.steps import HTTP, World, connect

from representment.hooks.s3_store import S3Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def sandbox(seeds: Path) -> Iterator[World]:
    """A sandbox as a separate process."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--seeds", str(seeds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            told = json.loads(process.stdout.readline())
            yield World(**{name: told[name] for name in World.__dataclass_fields__ if name in told})
        finally:
            process.kill()  # an orderly exit takes seconds to free its memory


def _taker() -> Any:
    counts: Counter[str] = Counter()

    def take(kind: str) -> str:
        counts[kind] += 1
        return f"du_{kind}{counts[kind] - 1:03d}"

    return take


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    seeds = tmp_path_factory.mktemp("seeds")
    fill(seeds)
    with sandbox(seeds) as world:
        yield replace(world, take=_taker())


@pytest.fixture(scope="session")
def running_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One with a little more than a page of disputes, for polls."""
    seeds = tmp_path_factory.mktemp("page_seeds")
    fill(seeds, share=0.3)
    with sandbox(seeds) as world:
        yield replace(world, take=_taker())


@pytest.fixture(scope="session")
def running_few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One with few disputes, for tests that look at every one of them."""
    seeds = tmp_path_factory.mktemp("few_seeds")
    fill(seeds, share=0.2)
    with sandbox(seeds) as world:
        yield replace(world, take=_taker())


@pytest.fixture
def running_smart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One whose account has Smart Disputes; each test has its own, since one of them moves the clock."""
    seeds = tmp_path_factory.mktemp("smart_seeds")
    fill(seeds, smart_disputes=True, share=0.01)
    with sandbox(seeds) as world:
        yield replace(world, take=_taker())


@pytest.fixture(scope="session", autouse=True)
def _compile_once() -> Iterator[None]:
    with patch.object(SandboxedEnvironment, "compile", compile_once(SandboxedEnvironment.compile)):
        yield


@pytest.fixture(scope="session")
def s3_clients() -> dict[str, Any]:
    return {}


@pytest.fixture(autouse=True)
def shared_client(s3_clients: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """One real client per endpoint: making one takes longer than most steps here."""
    make = S3Store.client.func

    def client(hook: S3Store) -> Any:
        environment = os.environ["AIRFLOW_CONN_AWS_DEFAULT"]
        if environment not in s3_clients:
            s3_clients[environment] = make(hook)
        return s3_clients[environment]

    monkeypatch.setattr(S3Store, "client", property(client))


def _at_home(world: World, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> World:
    """The world as this test sees it: its own bucket, an empty log, no faults, mode `submit`."""
    # A listing costs moto time for each key of the bucket, also for those below other prefixes.
    bucket = f"rounds-{sha256(request.node.nodeid.encode()).hexdigest()[:16]}"
    HTTP.put(f"{world.s3_endpoint}/{bucket}").raise_for_status()
    home = replace(world, rounds_uri=f"s3://{bucket}/rounds")
    extra = {"endpoint_url": world.s3_endpoint, "region_name": "us-east-1"}
    connection = {"conn_type": "aws", "login": "sandbox", "password": "sandbox", "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(connection))
    monkeypatch.setenv("AIRFLOW_VAR_REPRESENTMENT_EVIDENCE_URI", "s3://evidence")
    monkeypatch.setenv("AIRFLOW_VAR_REPRESENTMENT_ROUNDS_URI", home.rounds_uri)
    monkeypatch.setattr("stripe._http_client.HTTPClient.INITIAL_DELAY", 0.01)
    monkeypatch.setattr("stripe._http_client.HTTPClient.MAX_DELAY", 0.01)
    connect(home, monkeypatch)
    home.control("DELETE", "faults")
    home.control("DELETE", "requests")
    return home


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Airflow's tables, for tests that read them."""
    with pytest.MonkeyPatch.context() as environment:
        airflow_rows.make_tables(tmp_path_factory.mktemp("airflow") / "airflow.db", environment)
        yield
    airflow_rows.use_configured_database()


@pytest.fixture
def world(running: World, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> World:
    return _at_home(running, monkeypatch, request)


@pytest.fixture
def smart_world(running_smart: World, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> World:
    return _at_home(running_smart, monkeypatch, request)


class Supervisor:
    """Records what a task says to Airflow's supervisor, and answers as set.

    `runs` are those that Airflow has, whatever their DAG; runs that are started are not added automatically.
    """

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self.runs: set[str] = set()
        self.answers: list[Any] = []

    def send(self, msg: Any) -> Any:
        if isinstance(msg, GetTaskStates):
            (task_id,) = msg.task_ids
            return TaskStatesResult(task_states={run: {task_id: None} for run in self.runs & set(msg.run_ids)})
        if not isinstance(msg, CreateHITLDetailPayload | TriggerDagRun):
            return None  # Airflow asks for secrets there too
        self.heard.append(msg)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch) -> Supervisor:
    stub = Supervisor()
    monkeypatch.setattr("airflow.sdk.execution_time.task_runner.SUPERVISOR_COMMS", stub, raising=False)
    return stub


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set the notifiers that the deployment lists."""

    def use(*entries: dict[str, Any]) -> None:
        monkeypatch.setenv("AIRFLOW_VAR_REPRESENTMENT_NOTIFIERS", json.dumps(entries))

    return use


@pytest.fixture
def posted(listed: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What a plain webhook, the only notifier listed, receives."""
    with http_receiver() as (port, heard):
        listed(webhook(monkeypatch, "desk", port))
        yield heard
