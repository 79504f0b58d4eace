"""The isolated process: opens each untrusted document in a fork of its own, with limits on time and memory.

`python -m disputes.exhibits.isolated_process` reads requests from standard input and answers on standard output;
:mod:`.isolation` is the other side. It has loaded everything before, so that a fork costs milliseconds.
"""

import gc
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

from disputes.errors import DocumentError
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
"""Bytes; no document needs more."""
REFUSED = 3
NO_MEMORY = 4


@dataclass(frozen=True)
class Work:
    """What a document is made for.

    :param focus: what makes a row of a log tell something
    """

    size: PageSize
    quality: Quality
    focus: LogFocus

    @property
    def sheet(self) -> Sheet:
        """Where it shall stand."""
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


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Say that it is ready, then answer requests until there are no more.

    A request is a line of JSON (job, work, seconds, length) and a document; an answer a line (status, length) and the
    result, which is a JSON object for a refusal.
    """
    target.write(READY)
    target.flush()
    while line := source.readline():
        request = json.loads(line)
        status, result = _run(request, source.read(request["length"]))
        target.write(json.dumps({"status": status, "length": len(result)}).encode() + b"\n" + result)
        target.flush()


def _run(request: dict[str, Any], content: bytes) -> tuple[str, bytes]:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:  # pragma: no cover  (the fork is not measured)
        os.close(reading)
        _work(request, content, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        result = answer.read(MAX_RESULT)
    _, status = os.waitpid(child, 0)
    return _meaning(os.waitstatus_to_exitcode(status)), result


def _meaning(code: int) -> str:
    statuses = {0: "done", REFUSED: "refused", NO_MEMORY: "memory", -signal.SIGALRM: "time", -signal.SIGXCPU: "time"}
    return statuses.get(code, "broken")


def _work(request: dict[str, Any], content: bytes, writing: int) -> NoReturn:  # pragma: no cover  (in the fork)
    """Do one job, and end."""
    code = 1
    try:
        silence()
        limit_process(request["seconds"])
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


def limit_process(seconds: int) -> None:
    """Apply the limits to this process, for the rest of its life.

    :param seconds: by the wall clock
    """
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
    serve(sys.stdin.buffer, sys.stdout.buffer)
