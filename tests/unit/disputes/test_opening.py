"""The guarded process around untrusted documents."""

import json
import resource
import subprocess
import sys
import zlib
from io import BytesIO, StringIO

import pytest
from tests.unit.disputes.pages import page_text, picture

from disputes import opening
from disputes.errors import DocumentError
from disputes.images import STEPS
from disputes.opening import limit_process, main, opened


def test_a_document_is_opened_in_a_process_of_its_own() -> None:
    assert opened("image", picture(40, 40), "a4", STEPS[0], filename="photo.png").startswith(b"%PDF-")


def test_a_refusal_names_the_document_and_what_to_do() -> None:
    # 70 million pixels in a few hundred bytes
    bomb = picture(1, 1)[:16] + (70_000).to_bytes(4, "big") + (1_000).to_bytes(4, "big") + picture(1, 1)[24:]
    bomb = bomb[:29] + zlib.crc32(bomb[12:29]).to_bytes(4, "big") + bomb[33:]
    with pytest.raises(DocumentError, match=r"bomb\.png: has 70000 x 1000 pixels.*Supply"):
        opened("image", bomb, "a4", STEPS[0], filename="bomb.png")


def test_a_broken_document_costs_itself() -> None:
    with pytest.raises(DocumentError, match=r"broken\.pdf: cannot be read.*print it"):
        opened("pdf", b"%PDF-1.7 nothing more", "a4", STEPS[0], filename="broken.pdf")


def test_an_oversized_document_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_BYTES", 10)
    monkeypatch.setattr(opening, "SECONDS", 0)
    with pytest.raises(DocumentError, match=r"has 11 bytes, more than 10"):
        opened("pdf", b"%PDF-1.7 xx", "a4", STEPS[0], filename="large.pdf")


def test_a_document_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SECONDS", 0.01)
    with pytest.raises(DocumentError, match=r"slow\.png: could not be opened within"):
        opened("image", picture(40, 40), "a4", STEPS[0], filename="slow.png")


def test_secrets_of_ours_do_not_go_along(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {}

    def run(command: list[str], **how: object) -> subprocess.CompletedProcess[bytes]:
        seen.update(how)
        return subprocess.CompletedProcess(command, 0, b"%PDF", b"")

    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_live_1")
    monkeypatch.setattr(subprocess, "run", run)
    opened("pdf", b"%PDF", "a4", STEPS[0], filename="a.pdf")
    assert "STRIPE_SECRET_KEY" not in seen["env"]


def test_the_process_binds_itself_to_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    bound = {}
    monkeypatch.setattr(resource, "setrlimit", bound.__setitem__)
    limit_process()
    assert bound[resource.RLIMIT_CPU] == (opening.CPU_SECONDS,) * 2
    assert bound[resource.RLIMIT_AS] == (opening.MEMORY,) * 2


def test_the_limits_end_a_hostile_process() -> None:
    code = "from disputes import opening; opening.CPU_SECONDS = 1; opening.limit_process()\nwhile True: pass"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=30).returncode < 0
    code = "from disputes import opening; opening.limit_process(); bytearray(3 * 1024**3)"
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 1


def test_the_job_answers_on_its_streams() -> None:
    target, errors = BytesIO(), StringIO()
    assert main(["image", "a4", "200", "80"], BytesIO(picture(40, 40)), target, errors) == 0
    assert page_text(target.getvalue()) == ""
    assert main(["image", "a4", "200", "80"], BytesIO(picture(10, 30_000, "1")), BytesIO(), errors) == 0
    assert main(["image", "a4", "200", "80"], BytesIO(picture(100, 20_000, "1")), BytesIO(), errors) == 3
    assert json.loads(errors.getvalue())["remedy"] == "Supply only the part that matters"
