"""Which pool a task that asks Stripe waits in: its account's own, where there is one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from airflow.policies import hookimpl

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance

LIMITER = "stripe"
"""The pool of every task that asks Stripe much; `stripe_<connection id>` beside it has an account's own slots."""
FRESH = 30.0
"""Seconds for which the names of the pools are believed."""


class _Pools:
    """The names of the pools, read by the session of whoever asks."""

    def __init__(self) -> None:
        self._names: frozenset[str] = frozenset()
        self._at = float("-inf")

    def names(self, session: Any) -> frozenset[str]:
        from airflow.models.pool import Pool
        from sqlalchemy import select

        if time.monotonic() - self._at > FRESH:
            self._names = frozenset(session.scalars(select(Pool.pool)))
            self._at = time.monotonic()
        return self._names


_POOLS = _Pools()


@hookimpl
def task_instance_mutation_hook(task_instance: TaskInstance, dag_run: DagRun | None) -> None:
    """Entry point `airflow.policy`: put a task of the pool `LIMITER` into the pool of its run's account.

    Where that pool is missing the task stays in `LIMITER`, and without that too in Airflow's default pool: Airflow
    never starts a task whose pool does not exist.
    """
    from sqlalchemy.orm import object_session  # the scheduler has it already; a DAG file only wants the pool's name

    if task_instance.pool != LIMITER or dag_run is None or (session := object_session(dag_run)) is None:
        return
    account = (dag_run.conf or {}).get("account")
    names = _POOLS.names(session)
    wanted = (f"{LIMITER}_{account}", LIMITER)
    task_instance.pool = next((name for name in wanted if name in names), "default_pool")
