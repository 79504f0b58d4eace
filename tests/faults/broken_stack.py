"""A stack whose parts can be killed, and that starts again what has ended, as a service manager does."""

from __future__ import annotations

import os
import shutil
import signal
import time
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import psutil
from tests.faults.gate import Gate
from tests.faults.traffic import S3, STRIPE, Traffic

import disputes
from demo import resources
from demo.connections import Connection, sandbox_aws, sandbox_stripe
from demo.process import wait_until
from demo.rest import Rest, RestError
from demo.stack import HEALTHY_WITHIN, PROJECT, Stack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from demo.process import Child

AIRFLOW = ("api-server", "scheduler", "dag-processor")
UNREACHABLE = (httpx.TransportError, RestError)
"""What a request to an API server raises if the server is down or has no database."""
SETTINGS = {
    # A task whose supervisor is dead is tried again after seconds instead of minutes; on a busy machine, a shorter time
    # would take living ones for dead.
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "1",
    # The same for a task whose scheduler is dead.
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "30",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
}


class BrokenStack(Stack):
    """A stack that reaches S3 and Stripe through two gates.

    :param root: folder for its files
    :param traffic: where both gates note what passes
    """

    def __init__(self, root: Path, *, traffic: Traffic, settings: Mapping[str, str] | None = None, **kwargs: Any):
        super().__init__(root, settings={**SETTINGS, **imports(), **(settings or {})}, **kwargs)
        self.traffic = traffic
        self.restarts: list[str] = []
        """Names of the parts that had ended and were started again."""
        self._orphans: list[psutil.Process] = []

    @cached_property
    def s3_gate(self) -> Gate:
        """The way to S3."""
        return Gate(S3, self._sandbox().s3_endpoint, self.traffic)

    @cached_property
    def stripe_gate(self) -> Gate:
        """The way to Stripe."""
        return Gate(STRIPE, self._sandbox().api_base, self.traffic)

    @cached_property
    def stripe(self) -> Connection:
        """The connection `stripe_default`."""
        return self.given.stripe or sandbox_stripe(self.stripe_gate.url, self._sandbox().secret_key, self.mode)

    @cached_property
    def aws(self) -> Connection:
        """The connection `aws_default`."""
        return self.given.aws or sandbox_aws(self.s3_gate.url)

    @cached_property
    def s3(self) -> Any:
        """A client of the bucket that goes through no gate."""
        return resources.s3_client(self.given.aws or sandbox_aws(self._sandbox().s3_endpoint))

    def check(self) -> None:
        """Restart the parts of Airflow that have ended; raise `StackError` if the sandbox has."""
        for child in list(self._children):
            if child.process.poll() is None:
                continue
            if child.name not in AIRFLOW:
                child.check()
            self.restarts.append(child.name)
            self._replace(child)

    def kill(self, name: str, *, with_tasks: bool = True) -> None:
        """End a part by SIGKILL; `check` starts it again.

        :param with_tasks: with all its children; otherwise they continue without it
        """
        child = self.child(name)
        members = psutil.Process(child.process.pid).children(recursive=True) if with_tasks else []
        child.process.kill()
        for member in members:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        child.process.wait()

    def restart_database(self) -> None:
        """End PostgreSQL as a restart does, which ends every connection, and start it again on the same data."""
        assert self.database
        assert self.database.child
        self.database.child.process.send_signal(signal.SIGINT)
        self.database.child.process.wait()
        time.sleep(2)
        self.database.serve()

    def lose_database(self) -> None:
        """End Airflow, drop all that its database holds, and start it with an empty one."""
        assert self.database
        self.end_airflow()
        self.database.tool("psql", "--quiet", "-c", "DROP SCHEMA public CASCADE", "-c", "CREATE SCHEMA public")
        self._make_tables(self.database)
        self._start_airflow()
        self.log_in_again()
        self._connect()
        self.unpause()

    def log_in_again(self) -> None:
        """Forget the login: the next request makes another one."""
        self.rest.client.close()
        del self.rest

    def restart_airflow(self, settings: Mapping[str, str]) -> None:
        """End Airflow with all its tasks, and start it again with other settings.

        :param settings: as `imports` gives them, for another version of the domain
        """
        self.end_airflow()
        self.airflow = replace(self.airflow, env={**self.airflow.env, **settings})
        self._start_airflow()

    def end_airflow(self) -> None:
        """End all of Airflow by SIGKILL."""
        for name in AIRFLOW:
            self.kill(name)
        self._children = [child for child in self._children if child.name not in AIRFLOW]

    def unpause(self) -> None:
        """Let every `respond_*` DAG run."""
        self.wait_for_dags()
        for dag_id in sorted(self.dag_ids()):
            if dag_id.startswith("respond_"):
                self.rest.unpause(dag_id)

    def wait_until_healthy(self) -> None:
        """Wait until Airflow answers, starting again what ends meanwhile."""

        def healthy() -> bool:
            self.check()
            return Rest(self.airflow.url).healthy()

        wait_until(healthy, seconds=HEALTHY_WITHIN, what="Airflow", pause=0.5)

    def child(self, name: str) -> Child:
        """A part by its name."""
        return next(child for child in self._children if child.name == name)

    def stop(self) -> None:
        """Stop everything, including what a kill left behind."""
        super().stop()
        for process in self._orphans:
            with suppress(psutil.NoSuchProcess):
                process.kill()  # psutil knows a reused pid by its start time
        for gate in (self.__dict__.get("s3_gate"), self.__dict__.get("stripe_gate")):
            if gate:
                gate.stop()

    def _replace(self, child: Child) -> None:
        # The log is written again by the next one.
        child.log.replace(child.log.with_suffix(f".{len(self.restarts)}.log"))
        self._children.remove(child)
        self._orphans += group(child.process.pid)
        self._add(getattr(self.airflow, child.name.replace("-", "_"))())


def group(leader: int) -> list[psutil.Process]:
    """The living processes of a group whose leader has ended."""

    def of_process(pid: int) -> int | None:
        with suppress(ProcessLookupError):
            return os.getpgid(pid)
        return None

    return [process for process in psutil.process_iter() if of_process(process.pid) == leader]


def imports(domain: Path | None = None, *more: Path) -> dict[str, str]:
    """The setting that makes Airflow import this project, whatever is installed.

    :param domain: a folder with another version of the package `disputes`
    """
    paths = [*more, *([domain] if domain else []), PROJECT / "plugins", PROJECT / "include"]
    return {"PYTHONPATH": os.pathsep.join(str(path) for path in paths)}


def copy_domain(folder: Path) -> Path:
    """Copy the package `disputes` so that it can be changed; return the folder that contains it."""
    source = Path(disputes.__file__).parent
    shutil.copytree(source, folder / "disputes", ignore=shutil.ignore_patterns("__pycache__"))
    return folder
