"""Starting runs through Airflow's channel."""

import pytest
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time.comms import ErrorResponse, TaskStatesResult

from disputes.rounds import Round, RunId
from representment.runs import UnknownDagError, UnstartableDagError, existing_runs, start_response, start_run

RUN = RunId("du_1", Round.INQUIRY)


def failure(kind, status):
    return AirflowRuntimeError(ErrorResponse(error=kind, detail={"status_code": status}))


@pytest.fixture
def channel(monkeypatch):
    """What was sent; answers in turn."""

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
    monkeypatch.setattr("representment.runs.task_runner.SUPERVISOR_COMMS", stub, raising=False)
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


def test_a_run_that_exists_is_not_started_again(channel):
    channel.answers = [ErrorResponse(error=ErrorType.DAGRUN_ALREADY_EXISTS)]
    assert start_response(RUN, "fraudulent") is False
    assert [message.dag_id for message in channel.sent] == ["respond_fraudulent"]


def test_a_response_knows_its_dispute_round_and_revision(channel):
    start_response(RUN, "fraudulent")
    (message,) = channel.sent
    assert message.run_id == "du_1__inquiry__1"
    assert message.conf == {"dispute": "du_1", "round": "inquiry", "revision": 1, "account": "stripe_default"}
    assert message.note is None


def test_a_response_on_another_account_says_so(channel):
    channel.answers = [failure(ErrorType.API_SERVER_ERROR, 404)]
    start_response(RUN, "brand_new", "stripe_second")
    assert {(message.conf["account"], message.note) for message in channel.sent} == {
        ("stripe_second", "Stripe account stripe_second")
    }


def test_which_runs_exist_is_one_question(channel):
    channel.answers = [TaskStatesResult(task_states={"du_1__inquiry__1": {"gather": None}})]
    assert existing_runs("respond_general", ["du_1__inquiry__1", "du_2__inquiry__1"]) == {"du_1__inquiry__1"}
    assert len(channel.sent) == 1


def test_bank_debits_share_one_dag(channel):
    channel.answers = [failure(ErrorType.API_SERVER_ERROR, 404)]
    assert start_response(RUN, "insufficient_funds") is True
    assert [message.dag_id for message in channel.sent] == ["respond_insufficient_funds", "respond_bank_debits"]


def test_a_bank_debit_with_a_dag_of_its_own_goes_there(channel):
    assert start_response(RUN, "insufficient_funds") is True
    assert [message.dag_id for message in channel.sent] == ["respond_insufficient_funds"]


def test_a_reason_without_a_dag_goes_to_the_general_one(channel):
    channel.answers = [failure(ErrorType.API_SERVER_ERROR, 404)]
    assert start_response(RUN, "brand_new") is True
    assert [message.dag_id for message in channel.sent] == ["respond_brand_new", "respond_general"]


def test_without_any_dag_it_is_an_error(channel):
    channel.answers = [failure(ErrorType.API_SERVER_ERROR, 404)] * 2
    with pytest.raises(UnknownDagError, match="respond_general"):
        start_response(RUN, "brand_new")


@pytest.mark.parametrize("status", [400, 500])
def test_a_dag_that_airflow_does_not_start_is_named_and_the_general_one_left_alone(channel, status):
    channel.answers = [failure(ErrorType.API_SERVER_ERROR, status)]
    with pytest.raises(UnstartableDagError, match=rf"respond_fraudulent.*\(status {status}\)"):
        start_response(RUN, "fraudulent")
    assert len(channel.sent) == 1


@pytest.mark.parametrize(
    "answer",
    [failure(ErrorType.API_SERVER_ERROR, None), ErrorResponse(error=ErrorType.GENERIC_ERROR)],
    ids=["raised", "returned"],
)
def test_any_other_failure_is_not_taken_for_a_start(channel, answer):
    channel.answers = [answer]
    with pytest.raises(AirflowRuntimeError):
        start_response(RUN, "fraudulent")
