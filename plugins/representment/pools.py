"""The scheduler's policy for our tasks: which pool each waits in, and which dispute comes first."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from airflow.policies import hookimpl

from representment.airflow_internals.scheduler import pool_names

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance

BRAKE = "submit"
"""The pool of the submit task: with 0 slots nothing is sent to any bank, and everything else goes on."""
LIMITER = "stripe"
"""The pool of the tasks that call Stripe a lot; a pool `stripe_<connection id>` has an account's own slots."""
DOCUMENTS = "documents"
"""The pool of the tasks that open documents, limited by the workers' memory."""
FRESH = 30.0
"""Seconds for which the names of the pools are cached."""
BEFORE_ALL_RESPONSES = 2**28
"""Priority of the DAGs that watch over the responses: they run on time even in a backlog."""
_LAST_HOUR = 1_000_000
"""Hours since 1970, in the year 2084: the later a deadline, the nearer to it and the lower the priority."""
_HOUR = 32
"""Priority for each hour nearer to the deadline, more than all tasks of a run together."""


class _Pools:
    """The names of the pools, read with the caller's session."""

    def __init__(self) -> None:
        self._names: frozenset[str] = frozenset()
        self._at = float("-inf")

    def names(self, dag_run: DagRun) -> frozenset[str]:
        if time.monotonic() - self._at > FRESH and (names := pool_names(dag_run)) is not None:
            self._names = names
            self._at = time.monotonic()
        return self._names


_POOLS = _Pools()


@hookimpl
def task_instance_mutation_hook(task_instance: TaskInstance, dag_run: DagRun | None) -> None:
    """Entry point `airflow.policy`: an account's own pool, and the nearest deadline first.

    Where an account's pool is missing the task stays in `LIMITER`; where a pool of ours is missing, in Airflow's
    default pool: Airflow never starts a task whose pool does not exist.
    """
    if dag_run is None:
        return
    conf = dag_run.conf or {}
    if task_instance.pool in (LIMITER, DOCUMENTS) and (names := _POOLS.names(dag_run)):
        own = (f"{LIMITER}_{conf.get('account')}",) if task_instance.pool == LIMITER else ()
        wanted = (*own, task_instance.pool)
        task_instance.pool = next((name for name in wanted if name in names), "default_pool")
    task_instance.priority_weight = priority(task_instance.priority_weight, conf.get("due_by"), now=time.time())


def priority(weight: int | None, due_by: Any, *, now: float) -> int:
    """A task's priority: the nearest deadline first, within a run the later task first; without a deadline its weight.

    A new urgent dispute so goes before a backlog that was started already. What is late has no deadline any more.

    :param weight: what the DAG says
    :param due_by: Unix seconds, from a run's parameters; anything else counts as none
    """
    own = (weight or 1) % _HOUR
    if type(due_by) is not int or due_by <= now:
        return weight or 1
    return max(0, _LAST_HOUR - due_by // 3600) * _HOUR + own
