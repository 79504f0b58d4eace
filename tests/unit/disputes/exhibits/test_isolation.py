"""The isolated process around untrusted documents, from outside."""

import os
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.unit.disputes.pages import page_text, picture

from disputes.__main__ import WRONG_INPUT, main
from disputes.errors import DocumentError
from disputes.exhibits import isolation
from disputes.exhibits.images import STEPS
from disputes.exhibits.isolation import IsolationError, run_isolated


def open_text(content: bytes = b"Hello", filename: str = "a.txt") -> bytes:
    return run_isolated("text", content, "a4", STEPS[0], filename=filename).content


@pytest.fixture(autouse=True)
def _no_guards():
    """Each test starts its own."""
    isolation._end_all()
    yield
    isolation._end_all()


def test_a_document_is_opened_in_a_process_of_its_own() -> None:
    assert page_text(open_text()) == "Hello"
    (guard,) = isolation._idle
    assert page_text(open_text(b"Again")) == "Again"
    assert isolation._idle == [guard]  # it is kept
    assert guard.pid != os.getpid()


def test_documents_can_be_opened_side_by_side() -> None:
    with ThreadPoolExecutor(3) as pool:
        texts = list(pool.map(lambda n: page_text(open_text(f"text {n}".encode())), range(9)))
    assert texts == [f"text {n}" for n in range(9)]
    assert 1 <= len(isolation._idle) <= 3


def test_a_refusal_names_the_document_and_what_to_do() -> None:
    # 70 million pixels in a few hundred bytes
    bomb = picture(1, 1)[:16] + (70_000).to_bytes(4, "big") + (1_000).to_bytes(4, "big") + picture(1, 1)[24:]
    bomb = bomb[:29] + zlib.crc32(bomb[12:29]).to_bytes(4, "big") + bomb[33:]
    with pytest.raises(DocumentError, match=r"bomb\.png: has 70000 x 1000 pixels.*Supply"):
        run_isolated("image", bomb, "a4", STEPS[0], filename="bomb.png")


def test_a_broken_document_costs_itself() -> None:
    with pytest.raises(DocumentError, match=r"broken\.pdf: cannot be read: it is broken.*print it"):
        run_isolated("pdf", b"%PDF-1.7 nothing more", "a4", STEPS[0], filename="broken.pdf")
    assert page_text(open_text()) == "Hello"


def test_an_oversized_document_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "MAX_BYTES", 10)
    with pytest.raises(DocumentError, match=r"has 11 bytes, more than 10"):
        open_text(b"%PDF-1.7 xx")
    assert not isolation._idle


def test_a_document_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "SECONDS", 0.001)
    with pytest.raises(DocumentError, match=r"slow\.txt: takes too long"):
        open_text(b"Hello " * 20_000, "slow.txt")


def test_a_guard_that_does_not_answer_is_ended_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    open_text()
    (guard,) = isolation._idle
    os.kill(guard.pid, 19)  # SIGSTOP
    monkeypatch.setattr(isolation, "_GRACE", -isolation.SECONDS + 0.1)
    with pytest.raises(DocumentError, match="takes too long"):
        open_text()
    assert not isolation._idle
    monkeypatch.undo()
    assert page_text(open_text()) == "Hello"


def test_a_guard_that_died_is_replaced() -> None:
    open_text()
    (guard,) = isolation._idle
    guard.kill()
    guard.wait()
    assert page_text(open_text()) == "Hello"
    assert isolation._idle != [guard]


@pytest.mark.parametrize(
    "program",
    [
        "/bin/false",  # does not start
        "/nowhere",  # cannot be started
        "print('something else')",
        "import time; time.sleep(60)",  # never gets ready
        "print('ready')",  # dies before it answers
        'print(\'ready\', flush=True); input(); print(\'{"status": "done", "length": 9}\\nHalf\')',
    ],
)
def test_a_guard_that_does_not_last_says_nothing_about_the_document(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not program.startswith("/"):
        script = tmp_path / "python"
        script.write_text(f"#!{sys.executable}\n{program}\n")
        script.chmod(0o755)
        program = str(script)
    monkeypatch.setattr(sys, "executable", program)
    monkeypatch.setattr(isolation, "_SECONDS_TO_START", 2)
    with pytest.raises(IsolationError, match=r"does not start.*memory.*try again") as caught:
        open_text()
    assert caught.value.passing
    assert not isinstance(caught.value, DocumentError)
    assert not isolation._idle


def test_the_command_line_says_that_documents_cannot_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text("Hello")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert main(["exhibits", str(tmp_path / "a.txt"), "--out", str(tmp_path / "a.pdf")]) == WRONG_INPUT
    assert "the process that opens documents does not start" in capsys.readouterr().err
    assert not (tmp_path / "a.pdf").exists()


def test_secrets_of_ours_do_not_go_along(monkeypatch: pytest.MonkeyPatch) -> None:
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
