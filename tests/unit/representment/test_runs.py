"""Starting runs through Airflow's channel."""

import pytest
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time.comms import ErrorResponse, TaskStatesResult
from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

from disputes.rounds import Round, RunId
from representment.airflow_internals.runs import UnknownDagError, UnstartableDagError, start_run
from representment.runs import existing_runs, start_response
from representment.storage.revisions import Revision

RUN = Revision(RunId("du_1", Round.INQUIRY))


def failure(kind, status):
    return AirflowRuntimeError(ErrorResponse(error=kind, detail={"status_code": status}))


@pytest.fixture
def channel(monkeypatch):
    """Records what was sent, and answers in turn."""

    class Channel:
        def __init__(self):
            self.sent, self.answers = [], []

        def send(self, message):
            self.sent.append(message)
            answer = self.answers.pop(0) if self.answers else None
            if isinstance(answer, Exception):
                raise answer
            return answer

    stub = Channel()
    monkeypatch.setattr("airflow.sdk.execution_time.task_runner.SUPERVISOR_COMMS", stub, raising=False)
    return stub


def test_a_run_is_started_with_its_parameters_and_note(channel):
    assert start_run("respond_general", "du_1__inquiry__1", {"dispute": "du_1"}, note="why")
    (message,) = channel.sent
    assert (message.dag_id, message.run_id, message.conf, message.note) == (
        "respond_general",
        "du_1__inquiry__1",
        {"dispute": "du_1"},
        "why",
    )


def test_an_existing_run_is_not_started_again(channel):
    channel.answers = [ErrorResponse(error=ErrorType.DAGRUN_ALREADY_EXISTS)]
    assert start_response(RUN, "fraudulent", "stripe_default", 1_000) is False
    assert [message.dag_id for message in channel.sent] == ["respond_fraudulent"]


def test_a_run_gets_its_dispute_round_revision_deadline_and_request(channel):
    start_response(Revision(RUN.run.next(), "Take page 2 out", "duplicate"), "fraudulent", "stripe_default", 1_000)
    (message,) = channel.sent
    assert message.run_id == "du_1__inquiry__2"
    assert message.conf == {
        "dispute": "du_1",
        "round": "inquiry",
        "revision": 2,
        "account": "stripe_default",
        "due_by": 1_000,
        "remark": "Take page 2 out",
        "claim": "duplicate",
    }
    assert message.note is None


def test_a_response_for_another_account_says_so(channel):
    channel.answers = [failure(ErrorType.API_SERVER_ERROR, 404)]
    start_response(RUN, "brand_new", "stripe_second", None)
    assert {(message.conf["account"], message.note) for message in channel.sent} == {
        ("stripe_second", "Stripe account stripe_second")
    }


def test_a_hundred_runs_are_looked_up_in_one_request(channel):
    ids = [f"du_{number}__inquiry__1" for number in range(101)]
    channel.answers = [TaskStatesResult(task_states={one: {"gather": None}}) for one in (ids[0], ids[100])]
    assert existing_runs(RuntimeTaskInstance, "respond_general", ids) == {ids[0], ids[100]}
    assert [len(message.run_ids) for message in channel.sent] == [100, 1]
    assert {(message.dag_id, *message.task_ids) for message in channel.sent} == {("respond_general", "gather")}


def test_bank_debits_share_one_dag(channel):
    channel.answers = [failure(ErrorType.API_SERVER_ERROR, 404)]
    assert start_response(RUN, "insufficient_funds", "stripe_default", 1_000) is True
    assert [message.dag_id for message in channel.sent] == ["respond_insufficient_funds", "respond_bank_debits"]


def test_a_bank_debit_reason_with_its_own_dag_goes_there(channel):
    assert start_response(RUN, "insufficient_funds", "stripe_default", 1_000) is True
    assert [message.dag_id for message in channel.sent] == ["respond_insufficient_funds"]


def test_a_reason_without_a_dag_goes_to_the_general_one(channel):
    channel.answers = [failure(ErrorType.API_SERVER_ERROR, 404)]
    assert start_response(RUN, "brand_new", "stripe_default", 1_000) is True
    assert [message.dag_id for message in channel.sent] == ["respond_brand_new", "respond_general"]


def test_without_any_dag_it_is_an_error(channel):
    channel.answers = [failure(ErrorType.API_SERVER_ERROR, 404)] * 2
    with pytest.raises(UnknownDagError, match="respond_general"):
        start_response(RUN, "brand_new", "stripe_default", 1_000)


@pytest.mark.parametrize("status", [400, 500])
def test_a_dag_that_airflow_does_not_start_is_named_and_the_general_one_not_tried(channel, status):
    channel.answers = [failure(ErrorType.API_SERVER_ERROR, status)]
    with pytest.raises(UnstartableDagError, match=rf"respond_fraudulent.*\(status {status}\)"):
        start_response(RUN, "fraudulent", "stripe_default", 1_000)
    assert len(channel.sent) == 1


@pytest.mark.parametrize(
    "answer",
    [failure(ErrorType.API_SERVER_ERROR, None), ErrorResponse(error=ErrorType.GENERIC_ERROR)],
    ids=["raised", "returned"],
)
def test_any_other_failure_does_not_count_as_a_start(channel, answer):
    channel.answers = [answer]
    with pytest.raises(AirflowRuntimeError):
        start_response(RUN, "fraudulent", "stripe_default", 1_000)
