"""The isolated process around untrusted documents, from outside."""

import os
import signal
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from tests.unit.disputes.pages import page_text, picture

from disputes.__main__ import WRONG_INPUT, main
from disputes.errors import DocumentError, InputError
from disputes.exhibits import fork_server, isolation
from disputes.exhibits.fork_server import leave_fork_server, start_fork_server
from disputes.exhibits.images import STEPS
from disputes.exhibits.isolation import IsolationError, run_isolated


def open_text(content: bytes = b"Hello", filename: str = "a.txt") -> bytes:
    return run_isolated("text", content, "a4", STEPS[0], filename=filename).content


OTHERS: set[psutil.Process] = set()
"""What ran before the test: integration tests of the same worker have a sandbox."""


@pytest.fixture(autouse=True)
def _no_server():
    """Each test starts its own."""
    isolation._end_all()
    leave_fork_server()
    OTHERS.clear()
    OTHERS.update(psutil.Process().children())
    yield
    isolation._end_all()
    leave_fork_server()


def server() -> psutil.Process:
    """The fork server of this process."""
    (found,) = servers()
    return found


def servers() -> list[psutil.Process]:
    """The programs that the test has started in this process and that still run."""
    return [one for one in psutil.Process().children() if one not in OTHERS and is_alive(one.pid)]


def test_a_document_is_opened_in_a_separate_process() -> None:
    assert page_text(open_text()) == "Hello"
    (process,) = server().children()
    assert page_text(open_text(b"Again")) == "Again"
    assert server().children() == [process]  # the process is kept


def test_a_deployment_sets_how_large_a_picture_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPRESENTMENT_MAX_MEGAPIXELS", "1")
    with pytest.raises(DocumentError, match="has 1001 x 1000 pixels, more than 1 million"):
        run_isolated("image", picture(1001, 1000), "a4", STEPS[0], filename="a.png")
    monkeypatch.setenv("REPRESENTMENT_MAX_MEGAPIXELS", "")
    assert run_isolated("image", picture(1001, 1000), "a4", STEPS[0], filename="a.png").content


@pytest.mark.parametrize("text", ["0", "61", "a few", "-1", "1.5"])
def test_an_invalid_pixel_limit_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("REPRESENTMENT_MAX_MEGAPIXELS", text)
    with pytest.raises(InputError, match="not a whole number from 1 to 60"):
        open_text()


def test_documents_can_be_opened_in_parallel() -> None:
    with ThreadPoolExecutor(3) as pool:
        pdfs = list(pool.map(lambda n: open_text(f"text {n}".encode()), range(9)))
    # PDFium is not safe in several threads: they are read one after the other.
    assert [page_text(pdf) for pdf in pdfs] == [f"text {n}" for n in range(9)]
    assert 1 <= len(server().children()) <= 3


def in_fork(work: Callable[[], None]) -> bool:
    """Whether work succeeds in a fork, as a task is one of its scheduler."""
    child = os.fork()
    if not child:
        with suppress(BaseException):
            work()
            os._exit(0)
        os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def test_a_fork_uses_the_server_that_its_parent_started() -> None:
    def open_twice() -> None:
        assert page_text(open_text()) == page_text(open_text()) == "Hello"
        assert servers() == []

    start_fork_server()
    started = server()
    assert in_fork(open_twice)
    assert in_fork(open_twice)
    assert servers() == [started]


def test_a_server_that_died_is_replaced_by_the_task_itself() -> None:
    def open_with_own() -> None:
        assert page_text(open_text()) == "Hello"
        assert len(servers()) == 1

    start_fork_server()
    server().kill()
    assert in_fork(open_with_own)


def test_a_channel_that_a_daemon_has_closed_is_not_written_to() -> None:
    start_fork_server()
    channel = fork_server._server.channel.fileno()
    ours, other = socket.socketpair()
    os.dup2(other.fileno(), channel)  # what is opened next gets its number
    other.close()
    assert page_text(open_text()) == "Hello"
    os.close(channel)
    assert ours.recv(1) == b""
    ours.close()


def test_a_channel_that_is_closed_is_not_closed_again() -> None:
    start_fork_server()
    os.close(fork_server._server.channel.fileno())
    assert page_text(open_text()) == "Hello"


def test_a_fork_that_disconnects_from_its_parents_server_does_not_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    start_fork_server()
    started = server()
    held_by_others = fork_server._server.channel.dup()
    monkeypatch.setattr(os, "getpid", lambda: 0)
    leave_fork_server()
    monkeypatch.undo()
    assert not gone([started.pid], seconds=0.2)
    held_by_others.close()
    assert gone([started.pid])


def test_the_server_ends_with_the_last_process_that_holds_its_channel() -> None:
    reading, writing = os.pipe()
    holder = os.fork()
    if not holder:
        start_fork_server()
        open_text()
        os.write(writing, str(server().pid).encode())
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(holder, 0)
    started = int(os.read(reading, 20))
    os.close(reading)
    os.close(writing)
    assert gone([started])


def gone(pids: list[int], seconds: float = 10) -> bool:
    """Whether processes end in time."""
    latest = time.monotonic() + seconds
    while time.monotonic() < latest:
        if not any(is_alive(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def is_alive(pid: int) -> bool:
    """Whether a process is there, and not only its number."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_refusal_names_the_document_and_what_to_do() -> None:
    # 70 million pixels in a few hundred bytes
    bomb = picture(1, 1)[:16] + (70_000).to_bytes(4, "big") + (1_000).to_bytes(4, "big") + picture(1, 1)[24:]
    bomb = bomb[:29] + zlib.crc32(bomb[12:29]).to_bytes(4, "big") + bomb[33:]
    with pytest.raises(DocumentError, match=r"bomb\.png: has 70000 x 1000 pixels.*Supply"):
        run_isolated("image", bomb, "a4", STEPS[0], filename="bomb.png")


def test_a_broken_document_does_not_affect_the_next_one() -> None:
    with pytest.raises(DocumentError, match=r"broken\.pdf: is broken and cannot be read.*print it"):
        run_isolated("pdf", b"%PDF-1.7 nothing more", "a4", STEPS[0], filename="broken.pdf")
    assert page_text(open_text()) == "Hello"


def test_an_oversized_document_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "MAX_BYTES", 10)
    with pytest.raises(DocumentError, match=r"has 11 bytes, more than 10"):
        open_text(b"%PDF-1.7 xx")
    assert servers() == []


def test_a_document_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "SECONDS", 0.001)
    with pytest.raises(DocumentError, match=r"slow\.txt: takes too long"):
        open_text(b"Hello " * 20_000, "slow.txt")


def test_a_process_that_does_not_answer_is_abandoned_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    open_text()
    (process,) = server().children()
    process.suspend()
    monkeypatch.setattr(isolation, "_GRACE", -isolation.SECONDS + 0.1)
    with pytest.raises(DocumentError, match="takes too long"):
        open_text()
    monkeypatch.undo()
    assert page_text(open_text()) == "Hello"
    process.kill()


def test_a_server_that_does_not_answer_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    start_fork_server()
    hung = server()
    hung.suspend()
    monkeypatch.setattr(isolation, "_SECONDS_TO_START", 10)
    assert page_text(open_text()) == "Hello"
    assert server() != hung


def test_a_process_that_died_is_replaced() -> None:
    open_text()
    (process,) = server().children()
    process.kill()
    assert page_text(open_text()) == "Hello"


def test_processes_that_open_documents_end_with_the_task() -> None:
    start_fork_server()
    started = server()
    task = os.fork()
    if not task:
        with suppress(BaseException):
            open_text(b"Hello " * 20_000)
        os._exit(0)
    opening = wait_for(lambda: [one for one in started.children(recursive=True) if one.ppid() != started.pid])
    os.kill(task, signal.SIGKILL)
    os.waitpid(task, 0)
    assert gone([one.pid for one in opening])
    assert server().children() == []


def wait_for(find: Callable[[], list[psutil.Process]]) -> list[psutil.Process]:
    """What is found, as soon as it is there."""
    latest = time.monotonic() + 20
    while time.monotonic() < latest:
        with suppress(psutil.NoSuchProcess):
            if found := find():
                return found
        time.sleep(0.01)
    raise AssertionError("nothing is found")


ONCE = """
import socket
def answer(content):
    connection = socket.socket(fileno=socket.recv_fds(socket.socket(fileno=0), 1, 1)[1][0])
    connection.sendall(content)
    connection.recv(1000)
"""


@pytest.mark.parametrize(
    "program",
    [
        "/bin/false",  # does not start
        "/nowhere",  # cannot be started
        "print('something else')",
        "import time; time.sleep(60)",  # never gets ready
        "answer(b'ready\\n')",  # dies before it answers
        'answer(b\'ready\\n\' + b\'{"status": "done", "length": 9}\\nHalf\')',
    ],
)
def test_a_server_that_fails_is_not_blamed_on_the_document(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not program.startswith("/"):
        script = tmp_path / "python"
        script.write_text(f"#!{sys.executable}\n{ONCE}\n{program}\n")
        script.chmod(0o755)
        program = str(script)
    monkeypatch.setattr(sys, "executable", program)
    monkeypatch.setattr(isolation, "_SECONDS_TO_START", 2)
    with pytest.raises(IsolationError, match=r"did not start.*memory.*try again") as caught:
        open_text()
    assert caught.value.passing
    assert not isinstance(caught.value, DocumentError)
    assert servers() == []


def test_the_command_line_says_that_documents_cannot_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text("Hello")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert main(["exhibits", str(tmp_path / "a.txt"), "--out", str(tmp_path / "a.pdf")]) == WRONG_INPUT
    assert "the process that opens documents did not start" in capsys.readouterr().err
    assert not (tmp_path / "a.pdf").exists()


def test_our_secrets_are_not_passed_to_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {}

    def start(command: list[str], **how: object) -> subprocess.Popen[bytes]:
        seen.update(how)
        return started(command, **how)

    started = subprocess.Popen
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_live_1")
    monkeypatch.setattr(subprocess, "Popen", start)
    open_text()
    assert "PATH" in seen["env"]
    assert "STRIPE_SECRET_KEY" not in seen["env"]
