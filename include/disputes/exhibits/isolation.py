"""Opens untrusted documents in a process of its own, with limits on time and memory: :mod:`.isolated_process`."""

import atexit
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Any

from disputes.errors import DisputeError, DocumentError
from disputes.exhibits.images import Quality
from disputes.exhibits.refusal import Made
from disputes.exhibits.rows import LogFocus
from disputes.exhibits.sheets import PageSize

SECONDS = 60
"""By the wall clock, for one document."""
MAX_BYTES = 50_000_000
"""Of one document; a larger one is refused unopened."""

READY = b"ready\n"
"""What an isolated process says first."""

_SECONDS_TO_START = 60
_GRACE = 10
_NEW_PDF = "Open it in a viewer and print it to a new PDF"
_PROBLEMS = {
    "time": "takes too long to open",
    "memory": "needs too much memory",
    "broken": "cannot be read: it is broken",
}
_idle: list[subprocess.Popen[bytes]] = []


class IsolationError(DisputeError):
    """The isolated process does not start or does not last; that says nothing about the document."""

    passing = True


def run_isolated(
    job: str,
    content: bytes,
    size: PageSize,
    quality: Quality,
    *,
    filename: str,
    focus: LogFocus = LogFocus(),  # noqa: B008
) -> Made:
    """Do a job of the isolated process's `JOBS` on a document in the isolated process.

    :param filename: the merchant's name for the document, for the error
    :raises DocumentError: when the document is refused, broken, too large, or takes too much time or memory
    :raises IsolationError: when no isolated process lives long enough to answer
    """
    if len(content) > MAX_BYTES:
        raise DocumentError(
            f"has {len(content)} bytes, more than {MAX_BYTES}",
            subject=filename,
            remedy="Supply fewer pages, or smaller scans",
        )
    request = {
        "job": job,
        "size": size,
        "quality": (quality.dpi, quality.jpeg),
        "focus": focus.to_json(),
        "seconds": SECONDS,
        "length": len(content),
    }
    answer = _ask(_idle.pop() if _idle else _start(), request, content) or _ask(_start(), request, content)
    if answer is None:
        raise IsolationError(
            "the process that opens documents does not start, or is ended from outside",
            remedy="Check that there is memory for it and that `python -m disputes.exhibits.isolated_process` starts, "
            "then try again",
        )
    status, result = answer
    if status == "refused":
        raise DocumentError(subject=filename, **json.loads(result))
    if status != "done":
        raise DocumentError(_PROBLEMS[status], subject=filename, remedy=_NEW_PDF)
    return Made.from_bytes(result)


def _ask(process: subprocess.Popen[bytes] | None, request: dict[str, Any], content: bytes) -> tuple[str, bytes] | None:
    """The isolated process's answer, or None when it died; one that gives none in time is ended."""
    if process is None:
        return None
    assert process.stdin is not None  # noqa: S101  (both are pipes)
    assert process.stdout is not None  # noqa: S101
    latest = time.monotonic() + request["seconds"] + _GRACE
    with _end_at(process, latest):
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n" + content)
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            result = process.stdout.read(answer["length"])
        except (OSError, ValueError):
            answer, result = {"length": 1}, b""
    if len(result) < answer["length"]:
        _end(process)
        return ("time", b"") if time.monotonic() >= latest else None
    _idle.append(process)
    return answer["status"], result


def _start() -> subprocess.Popen[bytes] | None:
    """An isolated process that has said it is ready, so its start costs the document no time; None if it fails."""
    # Nothing of ours that is secret goes along: a hostile document finds an environment with search paths only.
    paths = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH") if name in os.environ}
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "disputes.exhibits.isolated_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=paths,
            start_new_session=True,
        )
    except OSError:
        return None
    assert process.stdout is not None  # noqa: S101  (a pipe)
    with _end_at(process, time.monotonic() + _SECONDS_TO_START):
        ready = process.stdout.readline()
    if ready == READY:
        return process
    _end(process)
    return None


@contextmanager
def _end_at(process: subprocess.Popen[bytes], latest: float) -> Iterator[None]:
    late = Timer(latest - time.monotonic(), _kill, [process])
    late.start()
    try:
        yield
    finally:
        late.cancel()


def _end(process: subprocess.Popen[bytes]) -> None:
    _kill(process)
    with suppress(BrokenPipeError):
        process.communicate()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill an isolated process, with whatever it has open."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _end_all() -> None:
    while _idle:
        _end(_idle.pop())


atexit.register(_end_all)
os.register_at_fork(after_in_child=_idle.clear)  # they answer to the process that started them
