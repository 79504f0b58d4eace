"""The native stack: a whole Airflow starts, works, and leaves nothing behind, however it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from demo.leftovers import FILE
from demo.process import alive
from demo.rest import RestError, settled
from demo.stack import Stack

pytestmark = pytest.mark.e2e

DAG = '''
"""An Airflow DAG for the test of the stack."""

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.hitl import HITLBranchOperator
from airflow.sdk import DAG

with DAG("scratch", schedule=None):
    told = "{{ conn.stripe_default.extra_dejson.base_url }} {{ var.value.representment_rounds_uri }}"
    tell = BashOperator(task_id="tell", bash_command=f"echo '{told}'")
    ask = HITLBranchOperator(task_id="approve", subject="Go on?", options=["submit", "leave"], defaults=["leave"])
    tell >> ask >> [EmptyOperator(task_id="submit", pool="submit"), EmptyOperator(task_id="leave")]
    BashOperator(task_id="sleep", bash_command="sleep 600")
'''

PROGRAM = """
import sys
from pathlib import Path
from demo import __main__, programs
programs.DEMO = programs.UP = Path(sys.argv.pop(1))
sys.exit(__main__.main())
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "scratch.py").write_text(DAG)
    return tmp_path


def below(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


@pytest.fixture
def started():
    """The processes that this test has started, and that still run."""
    before = {process.pid for process in below(os.getpid())}
    return lambda: [process for process in below(os.getpid()) if process.pid not in before]


def test_airflow_works_and_leaves_no_process_behind(project, started):
    with Stack(project / "stack", project=project) as stack:
        database = stack.database.home
        stack.wait_for_dags()
        assert stack.rest.healthy()
        stack.rest.unpause("scratch")
        stack.rest.trigger("scratch", run_id="first")
        analyst = stack.rest_as("analyst")
        question = wait_for_question(analyst)
        assert stack.rest.xcom("scratch", "first", "tell") == f"{stack.sandbox.api_base} s3://representment/rounds"

        analyst.answer(question, "submit")
        wait_for(lambda: stack.rest.task_states("scratch", "first")["submit"] == "success")
        assert stack.rest.task_states("scratch", "first")["leave"] == "skipped"
        assert stack.rest.task_states("scratch", "first")["sleep"] == "running"
        with pytest.raises(RestError, match="403"):
            analyst.set_pool("submit", 0)
        stack.rest.set_pool("submit", 0)
        assert stack.rest.get("/pools/submit")["slots"] == 0
        assert {bucket["Name"] for bucket in stack.s3.list_buckets()["Buckets"]} == {"evidence", "representment"}
        assert oct((stack.airflow.home / "passwords.json").stat().st_mode)[-3:] == "600"
        members = started()
        assert {address for member in members for address in listening(member)} == {"127.0.0.1"}
    assert not any(alive(member) for member in members)
    assert not database.exists()
    assert not (stack.root / FILE).exists()


@pytest.mark.parametrize(
    ("number", "moment", "status"),
    [(signal.SIGINT, "scheduler.log", 130), (signal.SIGTERM, "gather", 128 + signal.SIGTERM)],
)
def test_a_demo_that_is_interrupted_leaves_no_process_behind(tmp_path, number, moment, status):
    root = tmp_path / "stack"
    runner = program(root, "run", tmp_path)
    wait_for(lambda: moment in (tmp_path / "output").read_text() or (root / "logs" / moment).exists())
    members = below(runner.pid)
    assert len(members) > 5
    for _ in range(2):  # `timeout make demo` tells make, make tells the demo, and `timeout` tells it too
        runner.send_signal(number)
        time.sleep(0.05)
    assert runner.wait(60) == status
    assert not any(alive(member) for member in members)


def test_what_a_killed_demo_left_is_stopped_by_down(tmp_path):
    root = tmp_path / "stack"
    runner = program(root, "up", tmp_path)
    wait_for(lambda: (root / "logs" / "scheduler.log").exists())
    members = below(runner.pid)
    runner.kill()
    runner.wait()
    assert any(alive(member) for member in members)
    assert program(root, "down", tmp_path).wait(30) == 0
    assert not any(alive(member) for member in members)
    assert "Stopped" in (tmp_path / "output").read_text()


def test_a_program_that_ends_during_the_start_is_told_with_its_log(project, started):
    wrong = {"AIRFLOW__CORE__EXECUTOR": "NoSuchExecutor"}
    with (
        pytest.raises(Exception, match=r"ended with status(?s:.*)NoSuchExecutor"),
        Stack(project / "stack", project=project, settings=wrong),
    ):
        pass
    assert not any(alive(member) for member in started())


def program(root: Path, name: str, folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "output").open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(root), name], stdout=output, stderr=output, env=os.environ
        )


def listening(process: psutil.Process) -> set[str]:
    try:
        connections = process.net_connections("inet")
    except psutil.NoSuchProcess:  # a task's process has ended since it was listed
        return set()
    return {connection.laddr.ip for connection in connections if connection.status == psutil.CONN_LISTEN}


def wait_for_question(rest):
    found = []

    def asked():
        found[:] = [question for question in rest.questions() if settled(question)]
        return bool(found)

    wait_for(asked)
    return found[0]


def wait_for(condition, seconds=120):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.2)
