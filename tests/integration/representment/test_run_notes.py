"""The note of a response's run, written through Airflow's own listeners into its own tables."""

import pytest
from airflow.listeners.listener import get_listener_manager
from airflow.models.dagrun import DagRun
from airflow.utils.session import create_session
from airflow.utils.sqlalchemy import prohibit_commit
from sqlalchemy import select
from tests.integration.desk import airflow_rows

from representment import run_notes
from representment.plugin import RepresentmentPlugin

DAG = "respond_general"
HOOKS = {"running": "on_dag_run_running", "success": "on_dag_run_success", "failed": "on_dag_run_failed"}
pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture(scope="module")
def listeners(tables):
    assert run_notes in RepresentmentPlugin.listeners
    airflow_rows.add_dags(DAG, "dispute_intake")
    manager = get_listener_manager()
    manager.add_listener(run_notes)
    yield manager.hook
    manager.clear()


@pytest.fixture
def note(listeners, request):
    """What the note says after the run's state has changed."""
    run_id = request.node.name

    def change(state, tasks=None, *, before=None, dag_id=DAG):
        with create_session() as session:
            wanted = select(DagRun).where(DagRun.run_id == run_id, DagRun.dag_id == dag_id)
            if session.scalar(wanted) is None:
                airflow_rows.add_run(dag_id, run_id, state)
                for task_id, task_state in (tasks or {}).items():
                    airflow_rows.add_task(dag_id, run_id, task_id, task_state)
            run = session.scalar(wanted)
            if before is not None:
                run.note = before
            with prohibit_commit(session) as scheduler:  # as Airflow's scheduler calls listeners
                getattr(listeners, HOOKS[state])(dag_run=run, msg="")
                scheduler.commit()
        with create_session() as session:
            return session.scalar(wanted).note

    return change


@pytest.mark.parametrize(
    ("state", "tasks", "line"),
    [
        ("running", {"gather": "running"}, "Being answered."),
        ("success", {"stage": "success", "submit": "success"}, "Submitted to the bank."),
        ("success", {"stage": "success", "send_back": "success"}, "Sent back: the next revision answers."),
        ("success", {"stage": "success", "accept": "success"}, "Accepted: the dispute is closed as lost."),
        ("success", {"stage": "success", "refund": "success"}, "Refunded in full."),
        (
            "success",
            {"gather": "success", "nothing_to_answer": "success"},
            "No answer needed: the task nothing_to_answer says why.",
        ),
        (
            "success",
            {"render": "success", "stage": "success"},
            "Staged, not submitted: the connection's mode is stage.",
        ),
        (
            "success",
            {"render": "success", "stage": "skipped"},
            "Packet made, nothing written to Stripe: the connection's mode is shadow.",
        ),
        ("success", {"gather": "success"}, None),
        ("failed", {"stage": "success", "leave": "failed"}, "Left to a person: the task leave says why."),
        (
            "failed",
            {"collect": "failed", "render": "upstream_failed"},
            "Stopped in the task collect: its log says why.",
        ),
        ("failed", {}, None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_note_shows_the_state_of_the_dispute(note, state, tasks, line):
    assert note(state, tasks) == line


def test_the_line_of_an_earlier_try_is_replaced_and_a_remark_is_kept(note, request):
    assert note("running", before="take the messages out") == "Being answered.\n\ntake the messages out"
    assert note("failed") == "take the messages out"
    airflow_rows.add_task(DAG, request.node.name, "leave", "failed")
    assert note("failed") == "Left to a person: the task leave says why.\n\ntake the messages out"


def test_a_long_remark_is_cut_to_the_length_of_the_column(note):
    assert len(note("running", before="x" * 1000)) == 1000


def test_runs_of_other_dags_get_no_note(note):
    assert note("success", {"submit": "success"}, dag_id="dispute_intake") is None
    assert [note(state, dag_id="dispute_intake") for state in ("running", "failed")] == [None, None]


def test_a_person_can_replace_our_note(listeners, request):
    run_id = request.node.name
    airflow_rows.add_run(DAG, run_id, "running")
    with create_session() as session:
        run = session.scalar(select(DagRun).where(DagRun.run_id == run_id))
        listeners.on_dag_run_running(dag_run=run, msg="")
        assert run.dag_run_note.content == "Being answered."
        run.note = "a person's"  # as Airflow's API does when somebody marks a run and adds a note
    with create_session() as session:
        assert session.scalar(select(DagRun).where(DagRun.run_id == run_id)).note == "a person's"
