"""Parts of Airflow that end and are started again: scheduler, API server, database."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.faults.field import Trial

from demo.rehearsal import INTAKE

if TYPE_CHECKING:
    from tests.faults.field import Field, Row


def scheduler_alone(field: Field) -> list[Row]:
    """The scheduler dies, and its running tasks continue without it."""
    return [_killed(field, "only the scheduler killed, its tasks continue", "scheduler", with_tasks=False)]


def scheduler_with_tasks(field: Field) -> list[Row]:
    """The scheduler dies with all its tasks."""
    return [_killed(field, "scheduler killed with all its tasks; started again", "scheduler", with_tasks=True)]


def api_server(field: Field) -> list[Row]:
    """The API server, by which every task reports, dies."""
    return [_killed(field, "API server killed; started again", "api-server", with_tasks=True)]


def database_restarted(field: Field) -> list[Row]:
    """PostgreSQL restarts; the parts of Airflow that end because of it are started again."""
    runs = field.mixture()
    field.wait_for_middle(runs)
    field.stack.restart_database()
    struck = time.time()
    field.stack.wait_until_healthy()
    field.settle(runs)
    return [field.row(Trial("PostgreSQL restarted", runs, struck))]


def database_lost(field: Field) -> list[Row]:
    """The database is dropped in the middle of many disputes, and an empty one started: S3 alone rebuilds all."""
    runs = field.mixture(plain=16, parcels=6, asked=8)
    sent_back = field.disputes("asked", field.number(4))
    field.start(sent_back)
    field.settle(sent_back, answer=None)
    for run in sent_back:
        field.rehearsal.answer(run, "Send back", remark="Say more.")
    field.wait_for_middle(runs)
    field.stack.lose_database()
    struck = time.time()
    field.stack.rest.unpause(INTAKE)
    field.stack.rest.trigger(INTAKE)
    field.settle([*runs, *sent_back])
    field.stack.rest.patch(f"/dags/{INTAKE}", {"is_paused": True})
    return [
        field.row(Trial("Airflow's database dropped, an empty one started", runs, struck)),
        field.row(Trial("the same, with packets that a person had sent back", sent_back, struck)),
    ]


def _killed(field: Field, what: str, name: str, *, with_tasks: bool) -> Row:
    runs = field.mixture()
    field.wait_for_middle(runs)
    field.stack.kill(name, with_tasks=with_tasks)
    time.sleep(3)
    struck = time.time()
    field.stack.wait_until_healthy()
    field.settle(runs)
    return field.row(Trial(what, runs, struck))
