"""Nobody answers: the last responsible moment decides, and never for a submission by accident."""

import pytest

from demo.rest import RestError

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900), pytest.mark.usefixtures("_clean")]


def test_a_question_without_an_answer_leaves_the_round_to_a_person_in_time(rehearsal, late_run):
    rehearsal.runs.append(late_run)
    assert rehearsal.wait_for_end(late_run) == "failed"
    assert rehearsal.tasks(late_run)["leave"] == "failed"
    decision = rehearsal.rounds.read_json(max(rehearsal.rounds.names(f"{late_run.round}/1/approvals/")))
    assert (decision["choice"], decision["by"]) == ("Leave to a person", "deadline")
    dispute = rehearsal.dispute(late_run)
    assert (dispute["status"], dispute["metadata"]) == ("needs_response", {})
    assert dispute["evidence"] == rehearsal.rounds.read_json(f"{late_run.round}/1/dispute.json")["evidence"]
    assert rehearsal.submissions(late_run) == 0
    with pytest.raises(RestError, match="409"):
        answer_late(rehearsal, late_run)


def answer_late(rehearsal, run):
    path = f"/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances/approve/-1/hitlDetails"
    rehearsal.stack.rest_as("analyst").patch(path, {"chosen_options": ["Approve"], "params_input": {}})
