"""Which open rounds need a run, which of them have one, and which come first."""

import json

import pytest
from tests.unit.disputes.builders import dispute, dispute_json

from disputes.response.submission import PACKET_KEY
from disputes.rules.reasons import dags_of
from representment import open_rounds
from representment.airflow_internals.runs import UnstartableDagError
from representment.open_rounds import BATCH, UNDATED, OpenRound, find_started, read_disputes, sort_by_deadline, start
from representment.storage.record_names import REQUESTED


@pytest.fixture
def airflow():
    """The runs that Airflow has, by DAG, and what it was asked."""

    class Airflow(dict):
        def __init__(self):
            self.asked = []

        def get_task_states(self, dag_id, task_ids, run_ids):
            self.asked.append((dag_id, len(run_ids)))
            return dict.fromkeys(self.get(dag_id, set()) & set(run_ids))

    return Airflow()


def rounds(number, **members):
    return [OpenRound.of(dispute(id=f"du_{i}", **members)) for i in range(number)]


@pytest.mark.parametrize("status", ["won", "lost", "warning_closed", "prevented", "a_new_status"])
def test_a_finished_dispute_needs_no_run(status):
    assert OpenRound.of(dispute(status=status)) is None


def test_a_dispute_answered_by_us_needs_no_run_but_one_answered_by_another_person_does():
    assert OpenRound.of(dispute(status="under_review", metadata={PACKET_KEY: "0"})) is None
    assert OpenRound.of(dispute(status="under_review")).takes_evidence is False


def test_a_dispute_with_only_a_staged_packet_needs_its_run():
    assert OpenRound.of(dispute(metadata={PACKET_KEY: "0"})).takes_evidence


def test_the_nearest_deadline_comes_first_and_a_missing_one_last():
    some = [OpenRound.of(dispute(evidence_details={"due_by": due_by})) for due_by in (30, None, 10, 0, 20)]
    assert [one.due_by for one in sort_by_deadline(some, now=0)] == [10, 20, 30, UNDATED, UNDATED]


def test_answerable_rounds_come_before_late_ones_and_those_before_rounds_answered_by_others():
    some = [
        OpenRound.of(dispute(id=name, status=status, evidence_details={"due_by": due_by}))
        for name, status, due_by in (
            ("du_answered", "under_review", 5),
            ("du_late", "needs_response", 10),
            ("du_open", "needs_response", 30),
            ("du_undated", "needs_response", None),
        )
    ]
    order = [one.run.dispute for one in sort_by_deadline(some, now=20)]
    assert order == ["du_open", "du_undated", "du_late", "du_answered"]


class Bucket:
    """What is in S3."""

    def __init__(self, records=()):
        self.records = dict(records)

    def names_all(self, prefixes):
        return [[name for name in self.records if name.startswith(below)] for below in prefixes]

    def read_all(self, names):
        return [json.dumps(self.records[name]).encode() for name in names]


@pytest.fixture
def starting(monkeypatch):
    """Records what is started; the DAGs of some reasons cannot be started."""

    class Starting:
        def __init__(self):
            self.tried, self.started, self.broken = [], [], ()

        def response(self, revision, reason, account, due_by):
            self.tried.append(revision.run.dispute)
            self.started.append((revision, due_by))
            if reason in self.broken:
                raise UnstartableDagError(dags_of(reason)[-2], 400)
            return True

    stub = Starting()
    monkeypatch.setattr(open_rounds, "start_response", stub.response)
    return stub


def test_a_backlog_is_started_in_portions(starting):
    portion = start(rounds(BATCH + 1), "stripe_default", Bucket())
    assert len(portion.runs) == len(portion.there) == len(starting.tried) == BATCH


def test_a_dag_that_cannot_be_started_is_tried_once_and_does_not_stop_the_others(starting, monkeypatch):
    monkeypatch.setattr(open_rounds, "BATCH", 2)
    starting.broken = ("duplicate",)
    broken = [OpenRound.of(dispute(id=f"du_a{i}", reason="duplicate", evidence_details={"due_by": 1})) for i in "12"]
    good = rounds(3, reason="fraudulent")
    portion = start([*good, *broken], "stripe_default", Bucket())
    assert starting.tried == ["du_a1", "du_0", "du_1"]
    assert portion.there == {one.run for one in good[:2]}
    (problem,) = portion.problems
    assert "respond_duplicate" in problem
    assert "du_a1 first" in problem


def test_a_dag_that_several_reasons_share_is_named_once(starting):
    starting.broken = ("insufficient_funds", "check_returned")
    portion = start([one for reason in starting.broken for one in rounds(2, reason=reason)], "stripe_default", Bucket())
    assert len(starting.tried) == 2
    (problem,) = portion.problems
    assert "respond_bank_debits" in problem


def test_the_newest_revision_in_s3_is_started_with_its_request(starting):
    asked = {"remark": "Take page 2 out", "claim": "duplicate", "account": "stripe_default", "by": "ann", "at": 1}
    bucket = Bucket(
        {
            "du_0/chargeback/opening.json": {},
            "du_0/chargeback/1/dispute.json": {},
            f"du_0/chargeback/10/{REQUESTED}": asked,
            "du_0/chargeback/submit/1/request.json": {},
            "du_0/inquiry/11/dispute.json": {},
            "du_1/chargeback/2/dispute.json": {},
        }
    )
    portion = start(rounds(3), "stripe_default", bucket)
    assert portion.runs == ["du_0__chargeback__10", "du_1__chargeback__2", "du_2__chargeback__1"]
    assert portion.there == {one.run for one in rounds(3)}
    asked = [(revision.remark, revision.claim) for revision, _ in starting.started]
    assert asked == [("Take page 2 out", "duplicate"), (None, None), (None, None)]


def test_a_revision_whose_record_cannot_be_read_does_not_stop_the_others(starting):
    bucket = Bucket({f"du_0/chargeback/2/{REQUESTED}": ["not an object"]})
    portion = start(rounds(2), "stripe_default", bucket)
    assert portion.runs == ["du_1__chargeback__1"]
    (problem,) = portion.problems
    assert "du_0/chargeback/2/requested.json: is not a JSON object" in problem


def test_a_run_gets_its_deadline_if_there_is_one(starting):
    start([*rounds(1, evidence_details={"due_by": 5}), *rounds(1, evidence_details={})], "stripe_default", Bucket())
    assert [due_by for _, due_by in starting.started] == [None, 5]


def test_a_dispute_that_cannot_be_read_does_not_stop_the_others():
    problems = []
    read = read_disputes([{"id": "du_odd", "evidence": "Ann Lee"}, dispute_json(id="du_1")], problems)
    assert [one.id for one in read] == ["du_1"]
    (problem,) = problems
    assert problem.startswith("du_odd: not as Stripe documents a dispute")
    assert "Ann" not in problem


def test_a_hundred_runs_are_looked_up_in_one_request(airflow):
    some = rounds(250, reason="fraudulent")
    airflow["respond_fraudulent"] = {str(one.run) for one in some}
    assert find_started(some, airflow) == {one.run for one in some}
    assert airflow.asked == [("respond_fraudulent", 100), ("respond_fraudulent", 100), ("respond_fraudulent", 50)]


def test_a_run_for_a_reason_without_a_dag_is_found_in_the_general_one(airflow):
    new, old = rounds(1, reason="brand_new"), rounds(2, reason="insufficient_funds")
    airflow["respond_general"] = {str(new[0].run)}
    airflow["respond_bank_debits"] = {str(old[1].run)}
    assert find_started([*new, *old], airflow) == {new[0].run, old[1].run}


def test_a_run_is_still_found_after_its_reason_got_its_own_dag(airflow):
    before, since = rounds(2, reason="check_returned")
    airflow["respond_bank_debits"] = {str(before.run)}
    airflow["respond_check_returned"] = {str(since.run)}
    assert find_started([before, since], airflow) == {before.run, since.run}
