"""Opens untrusted documents in a process of its own, with limits on time and memory: :mod:`.guard`."""

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
from disputes.exhibits.rows import Known
from disputes.exhibits.sheets import PageSize

SECONDS = 60
"""By the wall clock, for one document."""
MAX_BYTES = 50_000_000
"""Of one document; a larger one is refused unopened."""

READY = b"ready\n"
"""What a guard says first."""

_SECONDS_TO_START = 60
_GRACE = 10
_NEW_PDF = "Open it in a viewer and print it to a new PDF"
_PROBLEMS = {
    "time": "takes too long to open",
    "memory": "needs too much memory",
    "broken": "cannot be read: it is broken",
}
_idle: list[subprocess.Popen[bytes]] = []


class NoGuardError(DisputeError):
    """The guarded process does not start or does not last; that says nothing about the document."""

    passing = True


def opened(
    job: str,
    content: bytes,
    size: PageSize,
    quality: Quality,
    *,
    filename: str,
    known: Known = Known(),  # noqa: B008
) -> bytes:
    """Do a job of the guard's `JOBS` on a document in the guarded process.

    :param filename: the merchant's name for the document, for the error
    :raises DocumentError: when the document is refused, broken, too large, or takes too much time or memory
    :raises NoGuardError: when no guarded process lives long enough to answer
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
        "known": known.to_json(),
        "seconds": SECONDS,
        "length": len(content),
    }
    answer = _asked(_idle.pop() if _idle else _started(), request, content) or _asked(_started(), request, content)
    if answer is None:
        raise NoGuardError(
            "the process that opens documents does not start, or is ended from outside",
            remedy="Check that there is memory for it and that `python -m disputes.exhibits.guard` starts, "
            "then try again",
        )
    status, result = answer
    if status == "refused":
        raise DocumentError(subject=filename, **json.loads(result))
    if status != "done":
        raise DocumentError(_PROBLEMS[status], subject=filename, remedy=_NEW_PDF)
    return result


def _asked(guard: subprocess.Popen[bytes] | None, request: dict[str, Any], content: bytes) -> tuple[str, bytes] | None:
    """The guard's answer, or None when it died; one that gives none in time is ended."""
    if guard is None:
        return None
    assert guard.stdin is not None  # noqa: S101  (both are pipes)
    assert guard.stdout is not None  # noqa: S101
    latest = time.monotonic() + request["seconds"] + _GRACE
    with _ended_at(guard, latest):
        try:
            guard.stdin.write(json.dumps(request).encode() + b"\n" + content)
            guard.stdin.flush()
            answer = json.loads(guard.stdout.readline())
            result = guard.stdout.read(answer["length"])
        except (OSError, ValueError):
            answer, result = {"length": 1}, b""
    if len(result) < answer["length"]:
        _end(guard)
        return ("time", b"") if time.monotonic() >= latest else None
    _idle.append(guard)
    return answer["status"], result


def _started() -> subprocess.Popen[bytes] | None:
    """A guard that said that it is ready, so that to start takes no time of the document's; None when none starts."""
    # Nothing of ours that is secret goes along: a hostile document finds an environment with search paths only.
    paths = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH") if name in os.environ}
    try:
        guard = subprocess.Popen(
            [sys.executable, "-m", "disputes.exhibits.guard"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=paths,
            start_new_session=True,
        )
    except OSError:
        return None
    assert guard.stdout is not None  # noqa: S101  (a pipe)
    with _ended_at(guard, time.monotonic() + _SECONDS_TO_START):
        ready = guard.stdout.readline()
    if ready == READY:
        return guard
    _end(guard)
    return None


@contextmanager
def _ended_at(guard: subprocess.Popen[bytes], latest: float) -> Iterator[None]:
    late = Timer(latest - time.monotonic(), _kill, [guard])
    late.start()
    try:
        yield
    finally:
        late.cancel()


def _end(guard: subprocess.Popen[bytes]) -> None:
    _kill(guard)
    with suppress(BrokenPipeError):
        guard.communicate()


def _kill(guard: subprocess.Popen[bytes]) -> None:
    """Kill a guard, with whatever it has open."""
    with suppress(ProcessLookupError):
        os.killpg(guard.pid, signal.SIGKILL)


def _end_all() -> None:
    while _idle:
        _end(_idle.pop())


atexit.register(_end_all)
os.register_at_fork(after_in_child=_idle.clear)  # they answer to the process that started them
