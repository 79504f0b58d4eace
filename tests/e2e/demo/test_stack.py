"""The native stack: a whole Airflow starts, works, and leaves nothing behind, however it ends."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from demo.leftovers import FILE, find_leftovers
from demo.process import alive
from demo.stack import Stack

pytestmark = pytest.mark.e2e

PROGRAM = """
import sys
from pathlib import Path
from demo import __main__, programs
programs.DEMO = programs.UP = Path(sys.argv.pop(1))
sys.exit(__main__.main())
"""

PROGRAMS = ("sandbox", "postgres", "api-server", "scheduler", "dag-processor")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "dags").mkdir()
    return tmp_path


def below(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


@pytest.fixture
def started():
    """The processes that this test has started and that are still running."""
    before = {process.pid for process in below(os.getpid())}
    return lambda: [process for process in below(os.getpid()) if process.pid not in before]


@pytest.mark.parametrize(
    ("number", "moment", "status"),
    [(signal.SIGINT, "scheduler.log", 130), (signal.SIGTERM, "gather", 128 + signal.SIGTERM)],
)
def test_an_interrupted_demo_leaves_no_process_behind(tmp_path, number, moment, status):
    root = tmp_path / "stack"
    runner = program(root, "run", tmp_path)
    wait_for(lambda: moment in (tmp_path / "output").read_text() or (root / "logs" / moment).exists())
    members = below(runner.pid)
    assert len(members) > 5
    database = home_of_database(members)
    assert database.exists()
    for _ in range(2):  # `timeout make demo` tells make, make tells the demo, and `timeout` tells it too
        runner.send_signal(number)
        time.sleep(0.05)
    assert runner.wait(60) == status
    assert not any(alive(member) for member in members)
    assert not database.exists()
    assert not (root / FILE).exists()


def test_down_stops_what_a_killed_demo_left_running(tmp_path):
    root = tmp_path / "stack"
    runner = program(root, "up", tmp_path)
    wait_for(lambda: len(find_leftovers(root)) == len(PROGRAMS))
    members = below(runner.pid)
    runner.kill()
    runner.wait()
    assert any(alive(member) for member in members)
    assert program(root, "down", tmp_path).wait(30) == 0
    assert not any(alive(member) for member in members)
    assert "Stopped" in (tmp_path / "output").read_text()


def test_a_program_that_ends_during_startup_is_reported_with_its_log(project, started):
    wrong = {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "no-such-database://"}
    with (
        pytest.raises(Exception, match=r"ended with status(?s:.*)Could not parse SQLAlchemy URL"),
        Stack(project / "stack", project=project, settings=wrong),
    ):
        pass
    assert not any(alive(member) for member in started())


def program(root: Path, name: str, folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "output").open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(root), name], stdout=output, stderr=output, env=os.environ
        )


def home_of_database(members):
    for member in members:
        with suppress(psutil.Error):  # a task's process has ended since it was listed
            program, *arguments = member.cmdline()
            if program.endswith("/postgres"):
                return Path(arguments[arguments.index("-D") + 1]).parent
    raise AssertionError("no PostgreSQL runs")


def wait_for(condition, seconds=120):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.2)
