from datetime import UTC, datetime, timedelta

import httpx
import pytest

from demo.analyst import ASKED_AGAIN, OPTIONS, Analyst
from demo.responses import Response
from demo.rest import RestError, settled
from demo.scenes import Scene

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
EVERY_OPTION = tuple(OPTIONS.values())


class Airflow:
    """Records what it is sent."""

    def __init__(self, questions=(), refuses=None):
        self.asked = list(questions)
        self.refuses = refuses
        self.answers = []
        self.cleared = []

    def questions(self):
        return self.asked

    def answer(self, question, option, params):
        if self.refuses:
            request = httpx.Request("PATCH", "http://127.0.0.1/x")
            raise RestError(httpx.Response(self.refuses, text="no", request=request))
        self.answers.append((question["task_instance"]["dag_run_id"], option, params))

    def clear(self, dag_id, run_id, task_ids):
        self.cleared.append((dag_id, run_id, task_ids))


def question(run_id, seconds_ago=5, options=EVERY_OPTION, **params):
    task = {"dag_id": "respond_general", "dag_run_id": run_id, "task_id": "approve", "map_index": -1, "state": "x"}
    created_at = (datetime.now(UTC) - timedelta(seconds=seconds_ago)).isoformat()
    form = {"remark": {"value": ""}, **params}
    return {"created_at": created_at, "task_instance": task, "options": list(options), "params": form}


def waiting(run_id):
    return Response("respond_general", run_id, "running", {"approve": "awaiting_input"})


@pytest.mark.parametrize(("seconds", "old"), [(0, False), (2.9, False), (3, True), (60, True)])
def test_a_question_is_answered_when_it_is_three_seconds_old(seconds, old):
    asked = {"created_at": (NOW - timedelta(seconds=seconds)).isoformat()}
    assert settled(asked, NOW) is old


def test_a_question_asked_again_after_an_answer_waits_twice_as_long():
    run_id = "du_1__chargeback__1"
    airflow = Airflow([question(run_id, seconds_ago=5)])
    analyst = Analyst(airflow, {})
    assert len(analyst.act([waiting(run_id)])) == 1
    assert analyst.act([waiting(run_id)]) == []
    airflow.asked = [question(run_id, seconds_ago=6.1)]
    assert len(analyst.act([waiting(run_id)])) == 1


@pytest.mark.parametrize(
    ("scene", "run_id", "answer"),
    [
        (Scene("du_1"), "du_1__chargeback__1", ("Approve", {"remark": ""})),
        (Scene("du_1", "send_back", "More"), "du_1__chargeback__1", ("Send back", {"remark": "More"})),
        (Scene("du_1", "send_back", "More"), "du_1__chargeback__2", ("Approve", {"remark": ""})),
        (Scene("du_1", "accept"), "du_1__chargeback__1", ("Accept the loss", {"remark": ""})),
        (Scene("du_1", "leave"), "du_1__chargeback__1", ("Leave to a person", {"remark": ""})),
        (Scene("du_1", "refund"), "du_1__inquiry__1", ("Refund in full", {"remark": ""})),
        (Scene("du_1", "pay_fee"), "du_1__chargeback__1", ("Approve and pay the network's fee", {"remark": ""})),
        (Scene("du_other"), "du_1__chargeback__1", ("Approve", {"remark": ""})),
    ],
)
def test_the_analyst_answers_as_the_script_says(scene, run_id, answer):
    airflow = Airflow([question(run_id)])
    done = Analyst(airflow, {scene.dispute: scene}).act([waiting(run_id)])
    assert airflow.answers == [(run_id, *answer)]
    assert len(done) == 1


@pytest.mark.parametrize(
    ("scene", "claim"),
    [(Scene("du_1"), "product_unacceptable"), (Scene("du_1", claim="product_not_received"), "product_not_received")],
)
def test_if_the_claim_is_asked_the_analyst_chooses_the_scripts_or_keeps_the_likeliest(scene, claim):
    airflow = Airflow([question("du_1__chargeback__1", claim={"value": "product_unacceptable"})])
    Analyst(airflow, {"du_1": scene}).act([waiting("du_1__chargeback__1")])
    assert airflow.answers == [("du_1__chargeback__1", "Approve", {"remark": "", "claim": claim})]


def test_a_fresh_question_waits():
    airflow = Airflow([question("du_1__chargeback__1", seconds_ago=0)])
    assert Analyst(airflow, {}).act([waiting("du_1__chargeback__1")]) == []
    assert airflow.answers == []


def test_the_analyst_does_not_answer_questions_of_other_runs():
    other = question("issfr_1")
    airflow = Airflow([other | {"task_instance": other["task_instance"] | {"dag_id": "answer_early_fraud_warning"}}])
    assert Analyst(airflow, {}).act([waiting("du_1__chargeback__1")]) == []
    assert airflow.answers == []


def test_airflow_is_not_asked_for_questions_while_no_run_waits():
    airflow = Airflow([question("du_1__chargeback__1")])
    assert Analyst(airflow, {}).act([Response("respond_general", "du_1__chargeback__1", "running")]) == []


def test_a_question_already_answered_by_another_person_is_skipped():
    airflow = Airflow([question("du_1__chargeback__1")], refuses=409)
    assert Analyst(airflow, {}).act([waiting("du_1__chargeback__1")]) == []


def test_an_answer_refused_by_airflow_does_not_stop_the_others_and_is_not_repeated():
    first, second = "du_1__chargeback__1", "du_2__chargeback__1"
    airflow = Airflow([question(first), question(second)], refuses=400)
    analyst = Analyst(airflow, {})
    assert len(analyst.act([waiting(first), waiting(second)])) == 2
    assert set(analyst.unanswered) == {first, second}
    assert analyst.is_done(waiting(first))
    assert analyst.act([waiting(first)]) == []


def test_a_failing_airflow_is_an_error():
    airflow = Airflow([question("du_1__chargeback__1")], refuses=500)
    with pytest.raises(RestError, match="500 no"):
        Analyst(airflow, {}).act([waiting("du_1__chargeback__1")])


@pytest.mark.parametrize(
    ("scripted", "offered", "answer"),
    [
        ("approve", "pay_fee", "Approve and pay the network's fee"),
        ("refund", "approve", "Leave to a person"),
        ("pay_fee", "approve", "Leave to a person"),
    ],
)
def test_the_analyst_chooses_only_answers_that_are_offered(scripted, offered, answer):
    run_id = "du_1__chargeback__1"
    airflow = Airflow([question(run_id, options=[OPTIONS[offered], OPTIONS["send_back"], OPTIONS["leave"]])])
    Analyst(airflow, {"du_1": Scene("du_1", scripted)}).act([waiting(run_id)])
    assert airflow.answers == [(run_id, answer, {"remark": ""})]


def test_a_dispute_that_nobody_answers_is_left_waiting():
    airflow = Airflow([question("du_1__chargeback__1")])
    analyst = Analyst(airflow, {"du_1": Scene("du_1", "none")})
    assert analyst.act([waiting("du_1__chargeback__1")]) == []
    assert analyst.is_done(waiting("du_1__chargeback__1"))
    assert not Analyst(airflow, {}).is_done(waiting("du_1__chargeback__1"))


def test_a_question_that_failed_is_asked_again_a_few_times():
    airflow = Airflow()
    analyst = Analyst(airflow, {})
    failed = Response("respond_general", "du_1__chargeback__1", "failed", {"approve": "failed"})
    for _ in range(ASKED_AGAIN):
        assert not analyst.is_done(failed)
        analyst.act([failed])
    assert analyst.is_done(failed)
    assert analyst.act([failed]) == []
    assert airflow.cleared == [("respond_general", "du_1__chargeback__1", ["approve"])] * ASKED_AGAIN


def test_a_run_that_failed_in_another_task_has_ended():
    failed = Response("respond_general", "du_1__chargeback__1", "failed", {"approve": "success", "submit": "failed"})
    assert Analyst(Airflow(), {}).is_done(failed)
