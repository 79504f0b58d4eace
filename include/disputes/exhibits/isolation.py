"""Opens untrusted documents in an isolated process, with limits on time and memory: :mod:`.isolated_process`."""

import json
import os
import socket
from typing import Any

from disputes.errors import DisputeError, DocumentError
from disputes.exhibits.fork_server import PROGRAM, fork_isolated, leave_fork_server
from disputes.exhibits.images import Quality
from disputes.exhibits.picture_limit import pixels_from_settings
from disputes.exhibits.refusal import Made
from disputes.exhibits.rows import LogFocus
from disputes.exhibits.sheets import PageSize

SECONDS = 60
"""Seconds of wall-clock time for one document."""
MAX_BYTES = 50_000_000
"""Largest document in bytes; a larger one is refused unopened."""

READY = b"ready\n"
"""The first message of an isolated process."""

_SECONDS_TO_START = 60
_GRACE = 10
_NEW_PDF = "Open it in a viewer and print it to a new PDF"
_PROBLEMS = {
    "time": "takes too long to open",
    "memory": "needs too much memory",
    "broken": "is broken and cannot be read",
}
_idle: list[socket.socket] = []


class IsolationError(DisputeError):
    """The isolated process did not start or was killed, which says nothing about the document."""

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
    :raises InputError: the deployment's limit of pixels cannot be read
    :raises IsolationError: when no isolated process gives an answer
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
        "pixels": pixels_from_settings(),
        "seconds": SECONDS,
        "length": len(content),
    }
    answer = _ask_one(request, content) or _ask_one(request, content)
    if answer is None:
        raise IsolationError(
            "the process that opens documents did not start, or was killed",
            remedy=f"Check that it has enough memory and that `python -m {PROGRAM}` starts, then try again",
        )
    status, result = answer
    if status == "refused":
        raise DocumentError(subject=filename, **json.loads(result))
    if status != "done":
        raise DocumentError(_PROBLEMS[status], subject=filename, remedy=_NEW_PDF)
    return Made.from_bytes(result)


def _ask_one(request: dict[str, Any], content: bytes) -> tuple[str, bytes] | None:
    """An isolated process's answer; None if it died; its server is then not used again."""
    answer = _ask(_idle.pop() if _idle else _start(), request, content)
    if answer is None:
        _end_all()
        leave_fork_server()
    return answer


def _ask(process: socket.socket | None, request: dict[str, Any], content: bytes) -> tuple[str, bytes] | None:
    """The isolated process's answer, or None when it died; one that is too slow is disconnected, which ends it."""
    if process is None:
        return None
    failure = None
    process.settimeout(request["seconds"] + _GRACE)
    try:
        process.sendall(json.dumps(request).encode() + b"\n" + content)
        with process.makefile("rb") as answers:
            answer = json.loads(answers.readline())
            result = answers.read(answer["length"])
        if len(result) == answer["length"]:
            _idle.append(process)
            return answer["status"], result
    except TimeoutError:
        failure = "time", b""
    except (OSError, ValueError):
        pass
    process.close()
    return failure


def _start() -> socket.socket | None:
    """An isolated process that has said it is ready, so its start costs the document no time; None if it fails."""
    process = fork_isolated()
    if process is None:
        return None
    process.settimeout(_SECONDS_TO_START)
    try:
        if process.recv(len(READY), socket.MSG_WAITALL) == READY:
            return process
    except OSError:
        pass
    process.close()
    return None


def _end_all() -> None:
    while _idle:
        _idle.pop().close()


os.register_at_fork(after_in_child=_end_all)  # they answer to the process that asked for them
