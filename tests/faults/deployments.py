"""Several deployments on one bucket, and other versions of the package in the middle of a response."""

from __future__ import annotations

import json
import os
import shutil
import time
from typing import TYPE_CHECKING

from tests.faults.broken_stack import BrokenStack, copy_domain, imports
from tests.faults.field import Trial, environment
from tests.landed import extract

from demo.rehearsal import INTAKE
from demo.stack import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.rehearsal import Run
    from tests.faults.field import Field, Row

BRAKE = "submit"
LANDED_FOR = 180.0
"""Seconds for which 0.1.0 may try."""
LAST_MEMBER = "    completeness: Completeness\n"
NEW_MEMBER = '    told_by_a_later_version: str = "of no earlier one"\n'


def two_deployments(field: Field) -> list[Row]:
    """Two Airflows, each with its own database, answer the disputes of one Stripe account into one bucket."""
    stack = field.stack
    given = {"AIRFLOW_CONN_STRIPE_DEFAULT": stack.stripe, "AIRFLOW_CONN_AWS_DEFAULT": stack.aws}
    told = {name: json.dumps({**one.as_json(), "extra": dict(one.extra)}) for name, one in given.items()}
    other = BrokenStack(stack.root / "other", traffic=stack.traffic, environ=environment() | told)
    with other:
        other.unpause()
        kinds = {"plain": 8, "parcel": 4, "asked": 4}
        runs = [run for kind, many in kinds.items() for run in field.disputes(kind, field.number(many))]
        struck = time.time()
        for each in (stack, other):
            each.rest.unpause(INTAKE)
            each.rest.trigger(INTAKE)
        field.settle(runs)
        for each in (stack, other):
            each.rest.patch(f"/dags/{INTAKE}", {"is_paused": True})
        field.until(
            lambda: all(one["state"] in ("success", "failed") for one in other.rest.runs() if _of(one, runs)), 120
        )
        beside = sum(one["state"] == "failed" for one in other.rest.runs() if _of(one, runs))
        notes = f"{beside} red runs in the second deployment"
        return [field.row(Trial("two deployments on one bucket", runs, struck, notes=notes))]


def upgrade(field: Field) -> list[Row]:
    """Airflow is restarted with a version whose manifest has one more member while runs wait everywhere, and back."""
    later = copy_domain(_empty(field.stack.root / "later"))
    manifest = later / "disputes" / "packet" / "manifest.py"
    changed = manifest.read_text().replace(LAST_MEMBER, LAST_MEMBER + NEW_MEMBER)
    assert changed != manifest.read_text(), "the manifest's last member has another name"
    manifest.write_text(changed)
    rows = []
    for what, settings in (("upgrade", imports(later)), ("and back", imports())):
        runs = _stop_everywhere(field)
        field.stack.restart_airflow(settings)
        struck = time.time()
        field.stack.rest.set_pool(BRAKE, 16)
        field.settle(runs)
        rows.append(field.row(Trial(f"{what}: a manifest with one more member, runs at every task", runs, struck)))
    return rows


def upgrade_from_landed(field: Field) -> list[Row]:
    """Airflow is restarted with this project instead of 0.1.0 while runs of 0.1.0 are at every task."""
    field.stack.restart_airflow(_of_project(extract(field.stack.root / "landed")))
    runs = _stop_everywhere(field)
    field.stack.restart_airflow(_of_project(PROJECT))
    struck = time.time()
    field.stack.rest.set_pool(BRAKE, 16)
    field.settle(runs)
    return [field.row(Trial("upgrade from 0.1.0, runs at every task", runs, struck))]


def back_to_landed(field: Field) -> list[Row]:
    """Airflow is restarted with 0.1.0 instead of this project while runs are at every task; then forward again.

    0.1.0 reads no packet of a later release: its tasks fail and send nothing, until a person goes forward again and
    clears them.
    """
    runs = _stop_everywhere(field)
    field.stack.restart_airflow(_of_project(extract(field.stack.root / "landed")))
    field.stack.rest.set_pool(BRAKE, 16)
    field.settle(runs, seconds=LANDED_FOR)
    field.stack.restart_airflow(_of_project(PROJECT))
    struck = time.time()
    helped = {one for one, state in field.states(runs).items() if state["state"] == "failed"}
    for run in runs:
        if run.run_id in helped:
            body = {"dry_run": False, "dag_run_id": run.run_id, "only_failed": True}
            field.stack.rest.post(f"/dags/{run.dag_id}/clearTaskInstances", body)
    field.settle(runs)
    trial = Trial("back to 0.1.0, and forward again", runs, struck, {one.partition("__")[0] for one in helped})
    return [field.row(trial)]


def _stop_everywhere(field: Field) -> list[Run]:
    """Runs that wait at the brake, that wait for a person, and that are under way."""
    braked, waiting = field.disputes("plain", field.number(10)), field.disputes("asked", field.number(10))
    field.stack.rest.set_pool(BRAKE, 0)
    field.start([*braked, *waiting])
    field.settle(waiting, answer=None)
    field.until(lambda: all(field.rehearsal.tasks(run)["submit"] == "scheduled" for run in braked))
    moving = field.disputes("parcel", field.number(10))
    field.start(moving)
    field.until(lambda: any(field.rehearsal.tasks(run)["upload"] for run in moving))
    return [*braked, *waiting, *moving]


def _of_project(folder: Path) -> dict[str, str]:
    return {
        "PYTHONPATH": os.pathsep.join([str(folder / "plugins"), str(folder / "include")]),
        "AIRFLOW__CORE__DAGS_FOLDER": str(folder / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(folder / "plugins"),
    }


def _of(run: dict[str, str], runs: list) -> bool:  # type: ignore[type-arg]
    return any(run["dag_run_id"].startswith(f"{one.dispute}__") for one in runs)


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
