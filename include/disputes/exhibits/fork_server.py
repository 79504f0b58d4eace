"""The fork server: a program that has loaded the code to open documents, and forks an isolated process per caller.

Loading takes most of the time that a small document costs. A process that forks tasks starts the server before
(:func:`start_fork_server`), and its forks inherit the channel to it; where none is inherited, or it has died, a task
starts its own. The channel is a socket without a name: nobody else can reach it, it always leads to a server of the
caller's own release, and the server ends when the last holder has closed it, however that one ends.
"""

import os
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

PROGRAM = "disputes.exhibits.isolated_process"


@dataclass(frozen=True)
class _Server:
    """A server, as its caller sees it.

    :param identity: the channel's; a program that becomes a daemon closes it, and then its number may mean another file
    :param starter: the process that has started it
    """

    program: subprocess.Popen[bytes]
    channel: socket.socket
    identity: tuple[int, int]
    starter: int

    def ask(self, connection: socket.socket) -> bool:
        """Whether the server was sent the other end of a connection."""
        with suppress(OSError):
            if self._is_open():
                socket.send_fds(self.channel, [b"."], [connection.fileno()])
                return True
        return False

    def leave(self) -> None:
        """Close the channel; end the server if it is our own child."""
        if not self._is_open():
            self.channel.detach()
        self.channel.close()
        if self.starter == os.getpid():
            self.program.kill()
            self.program.wait()

    def _is_open(self) -> bool:
        try:
            return _identity(self.channel) == self.identity
        except OSError:
            return False


_server: _Server | None = None
_starting = Lock()


def start_fork_server() -> None:
    """Start the server for this process and for those that it forks later; what fails is tried again when asked."""
    global _server
    ours, theirs = socket.socketpair()
    # None of our secrets are passed on: a hostile document finds an environment with search paths only.
    paths = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH") if name in os.environ}
    with theirs, suppress(OSError):
        program = subprocess.Popen(
            [sys.executable, "-m", PROGRAM],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            env=paths,
            start_new_session=True,
        )
        _server = _Server(program, ours, _identity(ours), os.getpid())


def fork_isolated() -> socket.socket | None:
    """A connection to a new isolated process, which ends when it is closed; None where no server takes it."""
    with _starting:
        if _server is None:
            start_fork_server()
        server = _server
    ours, theirs = socket.socketpair()
    with theirs:
        if server is not None and server.ask(theirs):
            return ours
    ours.close()
    return None


def leave_fork_server() -> None:
    """Drop a server that does not answer: the next call starts another. An inherited one keeps serving others."""
    global _server
    with _starting:
        if _server is not None:
            _server.leave()
        _server = None


def _identity(channel: socket.socket) -> tuple[int, int]:
    status = os.fstat(channel.fileno())
    return status.st_dev, status.st_ino
