"""The DAGs around the responses: every round gets one run, every submission an audit and an outcome; the brake."""

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900), pytest.mark.usefixtures("_clean")]

BRAKE = "submit"


def test_each_round_has_one_run_however_often_the_intake_runs(rehearsal, triggered):
    triggered("dispute_intake", times=3)
    started = [run for run in rehearsal.stack.rest.runs() if run["dag_run_id"].startswith(("du_new", "du_novel"))]
    assert sorted((run["dag_id"], run["dag_run_id"]) for run in started) == [
        ("respond_general", "du_novel000__chargeback__1"),  # its reason is unknown
        ("respond_product_not_received", "du_new000__chargeback__1"),
    ]


def test_a_submission_is_audited_and_followed_to_its_outcome(rehearsal, triggered):
    run = rehearsal.start("won")
    assert rehearsal.wait_for_end(run) == "success"
    rehearsal.wait(lambda: rehearsal.dispute(run)["status"] == "won", "the bank decides")
    triggered("dispute_outcomes")
    outcome = rehearsal.rounds.read_json(f"outcomes/{run.run_id}.json")
    receipt = rehearsal.rounds.read_json(f"{run.round}/receipt.json")
    assert (outcome["outcome"], outcome["packet_sha256"]) == ("won", receipt["packet_sha256"])
    assert rehearsal.rounds.read_json(f"audits/{run.run_id}.json")["findings"] == []


def test_a_pool_without_slots_stops_submits_and_nothing_else(rehearsal):
    rehearsal.stack.rest.set_pool(BRAKE, 0)
    try:
        runs = [rehearsal.start("plain"), rehearsal.start("plain")]
        for run in runs:
            rehearsal.wait_for_task(run, "stage", "success")
            rehearsal.wait_for_task(run, "submit", "scheduled")
        assert [rehearsal.submissions(run) for run in runs] == [0, 0]
        assert [rehearsal.tasks(run)["submit"] for run in runs] == ["scheduled", "scheduled"]
    finally:
        rehearsal.stack.rest.set_pool(BRAKE, 16)
    assert [rehearsal.wait_for_end(run) for run in runs] == ["success", "success"]
    assert [rehearsal.submissions(run) for run in runs] == [1, 1]
