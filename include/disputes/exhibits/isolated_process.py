"""The isolated process: opens each untrusted document in its own fork, with limits on time and memory.

`python -m disputes.exhibits.isolated_process` is the program of :mod:`.fork_server`: it has loaded everything, so that
a fork costs milliseconds. Each connection that it is sent gets its own process, which answers the requests of
:mod:`.isolation` and forks once more for each document.
"""

import gc
import json
import os
import resource
import select
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

from disputes.errors import DocumentError
from disputes.exhibits import picture_limit
from disputes.exhibits.block_setting import typeset_blocks
from disputes.exhibits.blocks import Block
from disputes.exhibits.calendars import read_calendar
from disputes.exhibits.cleaning import clean_image, clean_pdf, shrink_pdf
from disputes.exhibits.images import Quality
from disputes.exhibits.isolation import READY
from disputes.exhibits.mail import unpack
from disputes.exhibits.markup import read_html, read_markdown
from disputes.exhibits.refusal import Made
from disputes.exhibits.rows import LogFocus
from disputes.exhibits.sheets import PageSize, Sheet
from disputes.exhibits.texts import log, plain, table

CPU_SECONDS = 30
MEMORY = 2 * 1024**3
"""Address space, in bytes."""
MAX_RESULT = 200_000_000
"""Largest file that it may write, in bytes; no document needs more."""
REFUSED = 3
NO_MEMORY = 4


@dataclass(frozen=True)
class Work:
    """What a document is made for.

    :param focus: what makes a row of a log relevant
    """

    size: PageSize
    quality: Quality
    focus: LogFocus

    @property
    def sheet(self) -> Sheet:
        """The sheets that its pages go on."""
        return Sheet(self.size)


def _set(blocks: Sequence[Block], work: Work) -> Made:
    return Made(typeset_blocks(blocks, work.sheet))


JOBS: dict[str, Callable[[bytes, Work], Made]] = {
    "pdf": lambda content, work: clean_pdf(content, work.sheet, work.quality),
    "image": lambda content, work: clean_image(content, work.sheet, work.quality),
    "shrink": lambda content, work: Made(shrink_pdf(content, work.quality)),
    "text": lambda content, work: _set(plain(content), work),
    "log": lambda content, work: _set(log(content, work.focus), work),
    "csv": lambda content, work: _set(table(content, work.focus), work),
    "html": lambda content, work: _set(read_html(content), work),
    "markdown": lambda content, work: _set(read_markdown(content), work),
    "calendar": lambda content, work: _set(read_calendar(content), work),
    "mail": lambda content, _: Made(unpack(content)),
    "blocks": lambda content, work: _set([Block.from_json(block) for block in json.loads(content)], work),
}


def serve_channel(channel: socket.socket) -> None:  # pragma: no cover  (runs in the fork server)
    """Fork a process for each connection that arrives over the channel, until its other end is closed everywhere."""
    signal.signal(signal.SIGCHLD, _reap)
    while connections := socket.recv_fds(channel, 1, 1)[1]:
        with socket.socket(fileno=connections[0]) as connection, suppress(OSError):
            if not os.fork():
                _serve_alone(channel, connection)


def _reap(*_: object) -> None:  # pragma: no cover  (runs in the fork server)
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _serve_alone(channel: socket.socket, connection: socket.socket) -> NoReturn:  # pragma: no cover  (in the fork)
    """Serve one connection in a separate process group, and end."""
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(connection.fileno(), channel.fileno())  # closes the channel
        serve(connection)
    finally:
        os._exit(0)


def serve(connection: socket.socket) -> None:
    """Say that it is ready, then answer requests until there are no more.

    A request is a line of JSON (job, work, seconds, length) and a document; an answer a line (status, length) and the
    result, which is a JSON object for a refusal.
    """
    connection.sendall(READY)
    with connection.makefile("rb") as requests:
        while line := requests.readline():
            request = json.loads(line)
            status, result = _run(request, requests.read(request["length"]), connection)
            connection.sendall(json.dumps({"status": status, "length": len(result)}).encode() + b"\n" + result)


def _run(request: dict[str, Any], content: bytes, connection: socket.socket) -> tuple[str, bytes]:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:  # pragma: no cover  (the fork is not measured)
        os.close(reading)
        os.close(connection.fileno())
        _work(request, content, writing)
    os.close(writing)
    result = _read_all(reading, connection)
    _, status = os.waitpid(child, 0)
    return _meaning(os.waitstatus_to_exitcode(status)), result


def _read_all(reading: int, connection: socket.socket) -> bytes:
    """The output of a fork; if nobody waits for it any more, end the fork and this process at once."""
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    poll.register(connection, 0)  # reports only a hang-up
    result = bytearray()
    while len(result) < MAX_RESULT:
        if connection.fileno() in dict(poll.poll()):  # pragma: no cover  (it ends this process)
            os.killpg(0, signal.SIGKILL)
        part = os.read(reading, 2**20)
        if not part:
            break
        result += part
    os.close(reading)
    return bytes(result)


def _meaning(code: int) -> str:
    statuses = {0: "done", REFUSED: "refused", NO_MEMORY: "memory", -signal.SIGALRM: "time", -signal.SIGXCPU: "time"}
    return statuses.get(code, "broken")


def _work(request: dict[str, Any], content: bytes, writing: int) -> NoReturn:  # pragma: no cover  (in the fork)
    """Do one job, and end."""
    code = 1
    try:
        silence()
        limit_process(request["seconds"], request["pixels"])
        with os.fdopen(writing, "wb") as answer:
            code = do(request, content, answer)
    except MemoryError:
        code = NO_MEMORY
    finally:
        os._exit(code)


def do(request: dict[str, Any], content: bytes, answer: BinaryIO) -> int:
    """Do a job of `JOBS`; the exit status."""
    work = Work(request["size"], Quality(*request["quality"]), LogFocus.from_json(request["focus"]))
    try:
        answer.write(JOBS[request["job"]](content, work).to_bytes())
    except DocumentError as error:
        answer.write(json.dumps({"problem": error.problem, "remedy": error.remedy}).encode())
        return REFUSED
    return 0


def limit_process(seconds: int, pixels: int) -> None:
    """Apply the limits to this process, for the rest of its life.

    :param seconds: by the wall clock
    :param pixels: of a picture
    """
    picture_limit.in_force = pixels
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def silence() -> None:  # pragma: no cover  (in the fork)
    """Cut this process off from requests, answers and the terminal."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


if __name__ == "__main__":  # pragma: no cover  (runs in the isolated process, which is not measured)
    gc.freeze()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve_channel(socket.socket(fileno=0))
