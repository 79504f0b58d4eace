"""A child process in its own process group, with a log file, that can be stopped with all its descendants."""

import contextlib
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import psutil

# A scheduler waits for running tasks without end when it is asked to stop; ours are idempotent, so they are cut off.
PATIENCE = 3.0


class StackError(RuntimeError):
    """A program of the stack ended or did not become ready. The text holds the end of its log."""


class Child:
    """A started program.

    :param name: names the log file, ``<logs>/<name>.log``.
    """

    def __init__(self, name: str, log: Path, process: subprocess.Popen[bytes]) -> None:
        self.name = name
        self.log = log
        self.process = process

    @classmethod
    def start(cls, name: str, command: Sequence[str], *, env: Mapping[str, str], logs: Path, **how: Any) -> Self:
        """Start the program with its output in the log file; `how` goes to :class:`subprocess.Popen`."""
        logs.mkdir(parents=True, exist_ok=True)
        log = logs / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **how,
            )
        return cls(name, log, process)

    def check(self) -> None:
        """Raise :class:`StackError` when the program has ended."""
        if (status := self.process.poll()) is not None:
            raise StackError(f"{self.name} ended with status {status}. {self.tail()}")

    def wait(self, seconds: float) -> None:
        """Wait for a program that has an end.

        :raises StackError: it failed, or took longer than that.
        """
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise StackError(f"{self.name} was not done after {seconds:.0f} s. {self.tail()}") from None
        if status:
            raise StackError(f"{self.name} failed with status {status}. {self.tail()}")

    def tail(self, lines: int = 25) -> str:
        """Return the end of the log, with the log's place."""
        with self.log.open(encoding="utf-8", errors="replace") as stream:
            last = deque(stream, maxlen=lines)
        return f"The end of {self.log}:\n{''.join(last)}"


def stop(children: Sequence[Child], patience: float = PATIENCE) -> None:
    """Stop programs and everything they started, and wait for their end."""
    kill_all([child.process.pid for child in children], patience)
    for child in children:
        child.process.wait()


def kill_all(leaders: Sequence[int], patience: float = PATIENCE) -> None:
    """Stop process groups with all descendants: first asked (SIGTERM), after `patience` seconds killed.

    :param leaders: pids of the groups' leaders.
    """
    members = [member for pid in leaders for member in family(pid)]
    for pid in leaders:
        _signal_group(pid, signal.SIGTERM)
    _wait(members, patience)
    for pid in leaders:
        _signal_group(pid, signal.SIGKILL)
    for member in members:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()  # psutil knows a reused pid by its start time
    _wait(members, patience)


def alive(process: psutil.Process) -> bool:
    """Whether it still runs. A zombie does not: where nobody is init (many containers), orphans stay ones forever."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def family(pid: int) -> list[psutil.Process]:
    """Return the process and all its living descendants."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def wait_until(
    ready: Callable[[], bool], *, seconds: float, what: str, children: Sequence[Child] = (), pause: float = 0.1
) -> None:
    """Check again and again until a condition holds.

    :raises StackError: one of the children ended meanwhile.
    :raises TimeoutError: it did not hold in time; the text holds the end of the children's logs.
    """
    deadline = time.monotonic() + seconds
    while not ready():
        for child in children:
            child.check()
        if time.monotonic() > deadline:
            tails = "\n".join(child.tail() for child in children)
            raise TimeoutError(f"{what} took longer than {seconds:.0f} s. {tails}")
        time.sleep(pause)


def _signal_group(group: int, number: signal.Signals) -> None:
    """Send a signal to a process group, which may be gone already."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)


def _wait(members: Sequence[psutil.Process], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while any(alive(member) for member in members) and time.monotonic() < deadline:
        time.sleep(0.05)
