"""Which open rounds want a run, which of them have one, and which come first."""

import pytest
from tests.unit.disputes.builders import dispute

from disputes.response.submission import PACKET_KEY
from representment import open_rounds
from representment.open_rounds import PORTION, UNDATED, OpenRound, nearest, started


@pytest.fixture
def airflow(monkeypatch):
    """The runs that Airflow has, by DAG, and what it was asked."""

    class Airflow(dict):
        def __init__(self):
            self.asked = []

        def existing(self, dag_id, run_ids):
            self.asked.append((dag_id, len(run_ids)))
            return self.get(dag_id, set()) & set(run_ids)

    stub = Airflow()
    monkeypatch.setattr(open_rounds, "existing_runs", stub.existing)
    return stub


def rounds(number, **members):
    return [OpenRound.of(dispute(id=f"du_{i}", **members)) for i in range(number)]


@pytest.mark.parametrize("status", ["won", "lost", "warning_closed", "prevented", "a_new_status"])
def test_a_dispute_that_is_over_wants_no_run(status):
    assert OpenRound.of(dispute(status=status)) is None


def test_one_that_we_answered_wants_no_run_and_one_that_somebody_else_answered_does():
    assert OpenRound.of(dispute(status="under_review", metadata={PACKET_KEY: "0"})) is None
    assert OpenRound.of(dispute(status="under_review")).takes_evidence is False


def test_one_that_we_have_only_staged_wants_its_run():
    assert OpenRound.of(dispute(metadata={PACKET_KEY: "0"})).takes_evidence


def test_the_nearest_deadline_comes_first_and_none_at_all_last():
    some = [OpenRound.of(dispute(evidence_details={"due_by": due_by})) for due_by in (30, None, 10, 0, 20)]
    assert [one.due_by for one in nearest(some)] == [10, 20, 30, UNDATED, UNDATED]


def test_a_backlog_is_started_in_portions():
    assert len(nearest(rounds(PORTION + 1))) == PORTION


def test_a_hundred_runs_are_one_question(airflow):
    some = rounds(250, reason="fraudulent")
    airflow["respond_fraudulent"] = {str(one.run) for one in some}
    assert started(some) == {one.run for one in some}
    assert airflow.asked == [("respond_fraudulent", 100), ("respond_fraudulent", 100), ("respond_fraudulent", 50)]


def test_a_reason_without_a_dag_is_looked_for_in_the_general_one(airflow):
    new, old = rounds(1, reason="brand_new"), rounds(2, reason="insufficient_funds")
    airflow["respond_general"] = {str(new[0].run)}
    airflow["respond_bank_debits"] = {str(old[1].run)}
    assert started([*new, *old]) == {new[0].run, old[1].run}
