"""What runs the tasks of a stack: its scheduler, or Celery workers behind a broker."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from demo.redis_server import Redis
from demo.settings import LOCAL_EXECUTOR_ENV, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from demo.airflow_processes import Airflow
    from demo.process import Child

NUMBERS = (1, 2)
"""Two schedulers and two workers: either can die."""


class Executor(Protocol):
    """How the tasks of a stack are run."""

    def start(self) -> Child | None:
        """Start what it needs before Airflow."""

    def settings(self, database: str) -> Mapping[str, str]:
        """Airflow's settings for it; `database` is SQLAlchemy's address of Airflow's own."""

    def programs(self, airflow: Airflow) -> list[Callable[[], Child]]:
        """What starts the programs of Airflow, the API server first."""


class LocalExecutor:
    """The scheduler forks the tasks."""

    def start(self) -> None:
        """Nothing is needed before Airflow."""

    def settings(self, database: str) -> Mapping[str, str]:
        """Those of the file for one machine."""
        return read_settings(LOCAL_EXECUTOR_ENV)

    def programs(self, airflow: Airflow) -> list[Callable[[], Child]]:
        """API server, scheduler and DAG processor."""
        return [airflow.api_server, airflow.scheduler, airflow.dag_processor]


@dataclass(frozen=True)
class CeleryExecutor:
    """Two workers take the tasks from Redis, where two schedulers put them.

    :param broker: the Redis.
    """

    broker: Redis

    @classmethod
    def in_folder(cls, root: Path) -> CeleryExecutor:
        """With a Redis that keeps its settings and its log below the folder."""
        return cls(Redis(root / "redis", root / "logs"))

    def start(self) -> Child:
        """Start the Redis.

        :raises StackError: there is none on this machine.
        """
        return self.broker.start()

    def settings(self, database: str) -> Mapping[str, str]:
        """Where broker and results are."""
        return {
            "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
            "AIRFLOW__CELERY__BROKER_URL": self.broker.uri,
            "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{database}",
        }

    def programs(self, airflow: Airflow) -> list[Callable[[], Child]]:
        """API server, two schedulers, DAG processor, two workers."""
        schedulers = [partial(airflow.scheduler, f"scheduler-{number}") for number in NUMBERS]
        workers = [partial(airflow.celery_worker, f"worker-{number}") for number in NUMBERS]
        return [airflow.api_server, *schedulers, airflow.dag_processor, *workers]
