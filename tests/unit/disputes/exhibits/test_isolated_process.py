"""The isolated process: what it does, and how it is limited. Called here in the test's own process."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
from io import BytesIO

import pytest
from tests.unit.disputes.pages import page_text, picture

from disputes.exhibits import isolated_process, picture_limit
from disputes.exhibits.blocks import plain_block
from disputes.exhibits.isolated_process import do, limit_process, serve
from disputes.exhibits.isolation import READY
from disputes.exhibits.refusal import Made
from disputes.exhibits.rows import LogFocus

REQUEST = {"size": "a4", "quality": [200, 80], "focus": LogFocus().to_json(), "seconds": 30, "pixels": 60_000_000}
MAIL = b"From: a@example.com\n\nHello"


def done(job: str, content: bytes) -> tuple[int, bytes]:
    answer = BytesIO()
    status = do({**REQUEST, "job": job}, content, answer)
    return status, answer.getvalue() if status else Made.from_bytes(answer.getvalue()).content


@pytest.mark.parametrize(
    ("job", "content"),
    [
        ("text", b"Hello"),
        ("log", b"Hello"),
        ("csv", b"Hello"),
        ("html", b"Hello"),
        ("markdown", b"Hello"),
        ("blocks", json.dumps([plain_block("paragraph", "Hello").to_json()]).encode()),
    ],
)
def test_text_of_every_kind_becomes_pages(job: str, content: bytes) -> None:
    status, pdf = done(job, content)
    assert (status, page_text(pdf)) == (0, "Hello")


def test_pictures_and_documents_become_pages() -> None:
    status, pdf = done("image", picture(40, 40))
    assert (status, page_text(pdf)) == (0, "")
    assert done("pdf", pdf)[0] == done("shrink", pdf)[0] == 0
    assert b"Hello" in done("mail", MAIL)[1]


def test_a_refusal_is_returned_as_json() -> None:
    status, answer = done("image", picture(100, 20_000, "1"))
    assert (status, json.loads(answer)["remedy"]) == (isolated_process.REFUSED, "Supply only the relevant part")


def served(*contents: bytes, job: str = "mail", seconds: int = 30) -> list[tuple[str, bytes]]:
    """What is answered to documents that are sent at once."""
    ours, theirs = socket.socketpair()
    with ours, ours.makefile("rwb") as stream:
        for content in contents:
            head = {**REQUEST, "job": job, "seconds": seconds, "length": len(content)}
            stream.write(json.dumps(head).encode() + b"\n" + content)
        stream.flush()
        ours.shutdown(socket.SHUT_WR)
        with theirs:
            serve(theirs)
        assert stream.readline() == READY
        answers = []
        while line := stream.readline():
            head = json.loads(line)
            answers.append((head["status"], stream.read(head["length"])))
        return answers


def test_requests_are_answered_one_after_the_other() -> None:
    hello, refusal = served(MAIL, b"no mail")
    assert (hello[0], b"Hello" in hello[1]) == ("done", True)
    assert (refusal[0], b"is not an e-mail" in refusal[1]) == ("refused", True)


@pytest.mark.parametrize(
    ("work", "status"),
    [
        (lambda: os._exit(7), "broken"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "broken"),
        (lambda: os.kill(os.getpid(), signal.SIGXCPU), "time"),
        (lambda: signal.pause(), "time"),
        (lambda: bytearray(3 * 1024**3), "memory"),
        (lambda: 1 / 0, "broken"),
    ],
    ids=["exits", "crashes", "computes", "sleeps", "grows", "raises"],
)
def test_a_job_that_ends_badly_is_answered_with_how_it_failed(
    work, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(isolated_process.JOBS, "mail", lambda *_: work())
    assert [answer[0] for answer in served(MAIL, seconds=1)] == [status]


def test_no_result_is_larger_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated_process, "MAX_RESULT", 10)
    monkeypatch.setitem(isolated_process.JOBS, "mail", lambda *_: Made(b"x" * 2**23))
    assert len(served(MAIL)[0][1]) <= 2**20


def test_the_process_sets_its_own_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    bound, timers, handlers = {}, {}, {}
    monkeypatch.setattr(resource, "setrlimit", bound.__setitem__)
    monkeypatch.setattr(signal, "setitimer", timers.__setitem__)
    monkeypatch.setattr(signal, "signal", handlers.__setitem__)
    monkeypatch.setattr(picture_limit, "in_force", 0)
    limit_process(9, 1_000_000)
    assert picture_limit.in_force == 1_000_000
    assert bound[resource.RLIMIT_CPU] == (isolated_process.CPU_SECONDS, isolated_process.CPU_SECONDS + 1)
    assert bound[resource.RLIMIT_AS] == (isolated_process.MEMORY,) * 2
    assert timers == {signal.ITIMER_REAL: 9}
    assert handlers == {signal.SIGALRM: signal.SIG_DFL}


def test_the_limits_end_a_hostile_process() -> None:
    code = (
        "from disputes.exhibits import isolated_process as process; "
        "process.CPU_SECONDS = 1; process.limit_process(30, 1)\nwhile True: pass"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == -signal.SIGXCPU
