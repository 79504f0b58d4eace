"""The desk without an Airflow, to look at: `python -m tests.integration.desk.preview 8777`.

It answers the disputes of the shipped seeds, as many as a second number says, and serves their pages to an analyst
until Ctrl-C.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import TYPE_CHECKING

import httpx
import pytest
import uvicorn
import yaml
from airflow.sdk.execution_time import task_runner
from tests.integration.desk import airflow_rows
from tests.integration.desk.visitors import mounted
from tests.integration.representment.conftest import sandbox
from tests.integration.representment.steps import World, connect

from disputes.errors import DisputeError, PersonNeededError
from sandbox import seeds

if TYPE_CHECKING:
    from tests.integration.representment.steps import Response

DAGS = {file.stem for file in (Path(__file__).parents[3] / "dags").glob("respond_*.py")}


def main(port: int, most: int = 99) -> None:
    """Answer, then serve.

    :param most: disputes
    """
    environment = pytest.MonkeyPatch()
    with sandbox(seeds.SHIPPED) as world, TemporaryDirectory() as folder:
        at_home = replace(world, rounds_uri="s3://representment/preview")
        surround(at_home, environment)
        task_runner.SUPERVISOR_COMMS = SimpleNamespace(send=lambda msg: None)  # type: ignore[assignment]
        airflow_rows.make_tables(Path(folder) / "airflow.db", environment)
        airflow_rows.add_dags(*DAGS)
        script = yaml.safe_load((seeds.SHIPPED / "script.yaml").read_text("utf-8"))
        for dispute in islice(script, most):
            play(at_home, dispute)
        sys.stdout.write(f"http://127.0.0.1:{port}/desk/\n")
        sys.stdout.flush()
        uvicorn.run(mounted(lambda _: "analyst"), port=port, log_level="warning")


def surround(world: World, environment: pytest.MonkeyPatch) -> None:
    """Variables and connections as a deployment has them."""
    extra = {"endpoint_url": world.s3_endpoint, "region_name": "us-east-1"}
    connection = {"conn_type": "aws", "login": "sandbox", "password": "sandbox", "extra": extra}
    environment.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(connection))
    environment.setenv("AIRFLOW_VAR_REPRESENTMENT_EVIDENCE_URI", "s3://evidence")
    environment.setenv("AIRFLOW_VAR_REPRESENTMENT_ROUNDS_URI", world.rounds_uri)
    connect(world, environment)


def play(world: World, dispute: str) -> None:
    """Answer one dispute as far as it goes by itself."""
    try:
        stored = world.dispute(dispute)
    except httpx.HTTPStatusError:
        return  # it arrives later
    reason = stored["reason"] if f"respond_{stored['reason']}" in DAGS else "general"
    round_ = "inquiry" if stored["status"].startswith("warning") else "chargeback"
    response = world.response(dispute, round_, reason=reason)
    try:
        went = walk(response)
    except PersonNeededError:
        went = "leave"
    except DisputeError:
        went = "failed"
    tell_airflow(response, went)


def walk(response: Response) -> str | None:
    """The tasks one after the other; the one that a person, or the end, is waited for."""
    for task in ("gather", "collect", "render", "upload", "stage"):
        went = response.do(task)
        if went in ("leave", "nothing_to_answer", "accept", "refund"):
            response.do(went)
            return went
    if went == "submit":
        response.do("submit")
    return went


def tell_airflow(response: Response, went: str | None) -> None:
    """Record the run's state in Airflow's tables."""
    dag_id, run_id = f"respond_{response.reason}", str(response.run)
    states = {"approve": "running", "leave": "failed", "failed": "failed"}
    airflow_rows.add_run(dag_id, run_id, states.get(went or "", "success"))
    if went == "approve":
        airflow_rows.ask(dag_id, run_id)
    elif went in ("leave", "failed"):
        airflow_rows.add_task(dag_id, run_id, "leave", "failed")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
