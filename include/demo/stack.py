"""A whole Airflow with its database, and the sandbox where no other Stripe and S3 are given: started, used, stopped."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from demo import airflow_processes, resources, sandbox_process
from demo.connections import Connection, sandbox_aws, sandbox_stripe
from demo.executors import Executor, LocalExecutor
from demo.leftovers import stop_leftovers, write_down
from demo.ports import free_ports
from demo.postgres import Postgres
from demo.process import Child, StackError, stop, wait_until
from demo.rest import Rest
from demo.sandbox_process import SEEDS, Sandbox
from demo.settings import surroundings
from demo.signals import held, undisturbed

if TYPE_CHECKING:
    from demo.airflow_processes import Airflow

PROJECT = Path(__file__).parents[2]
CACHE = PROJECT / "build" / "cache"
HEALTHY_WITHIN = 180.0
WEBHOOK = "/stripe/webhook"
"""Where Airflow's API server takes Stripe's events."""
EVENTS = ("charge.dispute.*", "radar.early_fraud_warning.*")
"""What an endpoint at Stripe has to subscribe to."""


class Stack:
    """Use it as a context: everything runs inside, and nothing is left afterwards.

    :param root: folder for its files; its logs are in ``<root>/logs``. One stack at a time per folder.
    :param project: the folder that holds dags/ and plugins/.
    :param settings: Airflow settings that go before all others, such as ``{"AIRFLOW__CORE__PARALLELISM": "4"}``.
    :param seeds: seeds of the sandbox.
    :param sandbox_options: further options of ``python -m sandbox``.
    :param mode: how far the connection to the sandbox's Stripe may go: shadow (with a read-only key), stage, submit.
    :param executor: what runs the tasks.
    :param environ: the caller's environment, see :func:`demo.resources.given`.
    :raises ValueError: the environment gives a Stripe connection, and a mode is given too.
    :raises StackError: a program failed to start; the text holds the end of its log.
    :raises TimeoutError: a program did not become ready in time.
    """

    def __init__(
        self,
        root: Path,
        *,
        project: Path = PROJECT,
        settings: Mapping[str, str] | None = None,
        seeds: Path = SEEDS,
        sandbox_options: Sequence[str] = (),
        mode: str | None = None,
        executor: Executor | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.root = root.absolute()
        self.logs = self.root / "logs"
        self.project = project
        self.settings = dict(settings or {})
        self.seeds = seeds
        self.sandbox_options = sandbox_options
        self.executor = executor or LocalExecutor()
        self.environ = environ
        self.given = resources.given(environ)
        if mode and self.given.stripe:
            raise ValueError("The environment's Stripe connection sets the mode: change it there")
        self.mode: str = self.given.stripe.extra.get("mode", "shadow") if self.given.stripe else mode or "submit"
        self.keep = False
        """Set it to leave everything running at the end."""
        self.timings: dict[str, float] = {}
        """Seconds by phase of the start."""
        self.sandbox: Sandbox | None = None
        self.database: Postgres | None = None
        self.airflow: Airflow
        self._children: list[Child] = []
        self._lock = ExitStack()

    def __enter__(self) -> Self:
        self.root.mkdir(parents=True, exist_ok=True)
        self._lock.enter_context(alone(self.root))
        stop_leftovers(self.root)
        for folder in (self.logs, self.root / "airflow"):
            shutil.rmtree(folder, ignore_errors=True)
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if not self.keep:
            self.stop()
        self._lock.close()

    @cached_property
    def rest(self) -> Rest:
        """Airflow's REST API as the administrator."""
        return self.rest_as("admin")

    def rest_as(self, user: str) -> Rest:
        """Airflow's REST API as another of its users (`analyst`)."""
        return Rest(self.airflow.url, self.airflow.logins[user])

    @cached_property
    def stripe(self) -> Connection:
        """The connection `stripe_default`."""
        if self.given.stripe:
            return self.given.stripe
        sandbox = self._sandbox()
        key = sandbox.restricted_key if self.mode == "shadow" else sandbox.secret_key
        return sandbox_stripe(sandbox.api_base, key, self.mode, sandbox.webhook_secret)

    @cached_property
    def aws(self) -> Connection:
        """The connection `aws_default`."""
        return self.given.aws or sandbox_aws(self._sandbox().s3_endpoint)

    @cached_property
    def s3(self) -> Any:
        """A boto3 client of the bucket."""
        return resources.s3_client(self.aws)

    @property
    def rounds_uri(self) -> str:
        """Where the rounds keep their work, `s3://…`."""
        return self.given.variables[resources.ROUNDS]

    def check(self) -> None:
        """Raise :class:`StackError` when a program of the stack has ended."""
        for child in self._children:
            child.check()

    def dag_ids(self) -> set[str]:
        """The DAGs of the project: each file in dags/ is one, of the same name."""
        return {file.stem for file in (self.project / "dags").glob("*.py")}

    def wait_for_dags(self, seconds: float = 60) -> None:
        """Wait until every DAG of the project has been parsed.

        :raises StackError: a file does not load; the text holds its traceback.
        """

        def parsed() -> bool:
            if errors := self.rest.import_errors():
                raise StackError("\n".join(f"{file} does not load:\n{trace}" for file, trace in errors.items()))
            return self.dag_ids() <= self.rest.dag_ids()

        wait_until(parsed, seconds=seconds, what="Parsing the DAGs", children=self._children, pause=0.3)

    def listen(self) -> None:
        """Let the sandbox send its webhooks to Airflow, where Stripe is the sandbox."""
        if self.sandbox and not self.given.stripe:
            endpoint = {"url": f"{self.airflow.url}{WEBHOOK}", "enabled_events": EVENTS}
            self.sandbox.control("POST", "webhook_endpoints", endpoint)

    def start_triggerer(self) -> None:
        """Start the triggerer too, which only watching a queue needs; returns at once."""
        with held():
            self._add(self.airflow.triggerer())

    def restart_api_server(self) -> None:
        """Stop the API server, start it again at the same address, and wait until it answers."""
        old = next(child for child in self._children if child.name == "api-server")
        self._children.remove(old)
        stop([old])
        with held():
            self._add(self.airflow.api_server())
        anybody = Rest(self.airflow.url)
        wait_until(anybody.healthy, seconds=HEALTHY_WITHIN, what="The API server", children=self._children, pause=0.3)

    def stop(self) -> None:
        """Stop everything, the last started first. Signals wait until it is done."""
        with undisturbed():
            stop(self._children[::-1])
            self._children = []
            if self.database:
                self.database.stop()
            (self.root / "running.json").unlink(missing_ok=True)

    def _start(self) -> None:
        if self.given.needs_sandbox:
            env = surroundings(self.environ)
            with held():
                self._add(sandbox_process.start(self.seeds, env=env, logs=self.logs, options=self.sandbox_options))
        with self._timed("database"):
            self.database = Postgres(self.logs)
            self.database.start()
            self._write_down()
        with held():
            if broker := self.executor.start():
                self._add(broker)
        self.airflow = airflow_processes.prepare(
            self.root / "airflow",
            logs=self.logs,
            port=free_ports(1)[0],
            database=self.database.uri,
            project=self.project,
            executor=self.executor.settings(self.database.uri),
            overrides=self.settings,
            environ={**self.environ, **resources.variables_environ(self.given)},
        )
        with self._timed("tables"):
            self._make_tables(self.database)
        with self._timed("Airflow"):
            self._start_airflow()
        with self._timed("connections"):
            self._connect()

    def _make_tables(self, database: Postgres) -> None:
        """Migrate an empty database once for each version of Airflow: its 9 s are a third of the start."""
        made = CACHE / f"tables-{airflow_processes.version()}.sql"
        if made.exists():
            database.restore(made)
            return
        with held():
            migration = self.airflow.migrate()
            self._add(migration)
        migration.wait(120)
        self._children.remove(migration)
        made.parent.mkdir(parents=True, exist_ok=True)
        database.dump(made)

    def _start_airflow(self) -> None:
        for start in self.executor.programs(self.airflow):
            with held():
                self._add(start())
        anybody = Rest(self.airflow.url)
        wait_until(anybody.healthy, seconds=HEALTHY_WITHIN, what="Airflow's start", children=self._children, pause=0.3)

    def _connect(self) -> None:
        if self.given.needs_sandbox:
            self.sandbox = self._sandbox()
        resources.create(self.rest, self.given, stripe=self.stripe, aws=self.aws)
        resources.ensure_bucket(self.s3, self.rounds_uri)

    def _sandbox(self) -> Sandbox:
        if self.sandbox is None:
            self.sandbox = sandbox_process.ready(next(child for child in self._children if child.name == "sandbox"))
        return self.sandbox

    def _add(self, child: Child) -> None:
        self._children.append(child)
        self._write_down()

    def _write_down(self) -> None:
        database = self.database
        children = [database.child, *self._children] if database and database.child else self._children
        write_down(self.root, children, [database.home] if database else [])

    @contextmanager
    def _timed(self, phase: str) -> Iterator[None]:
        begin = time.monotonic()
        yield
        self.timings[phase] = time.monotonic() - begin


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the folder for one stack; the lock ends with the process, even when it is killed.

    :raises StackError: another process holds it.
    """
    with (root / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError(f"Another stack is running in {root}") from None
        yield
