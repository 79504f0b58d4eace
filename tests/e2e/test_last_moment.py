"""Nobody answers: at the last responsible moment the playbook decides."""

import pytest

from demo.rest import RestError

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900), pytest.mark.usefixtures("_clean")]


@pytest.mark.parametrize("kind", ["late_asked", "late"], ids=["policy leave", "policy submit_if_complete, incomplete"])
def test_an_unanswered_round_is_unstaged_and_left_to_a_person(rehearsal, late_runs, kind):
    run = late_runs[kind]
    rehearsal.runs.append(run)
    assert rehearsal.wait_for_end(run) == "failed"
    assert rehearsal.tasks(run)["leave"] == "failed"
    assert decided(rehearsal, run) == ("Leave to a person", "deadline")
    dispute = rehearsal.dispute(run)
    assert (dispute["status"], dispute["metadata"]) == ("needs_response", {})
    assert dispute["evidence"] == rehearsal.rounds.read_json(f"{run.round}/1/case.json")["dispute"]["evidence"]
    assert rehearsal.submissions(run) == 0
    with pytest.raises(RestError, match="409"):
        answer_late(rehearsal, run)


@pytest.mark.parametrize("kind", ["late_whatever", "late_complete"], ids=["policy submit", "policy submit_if_complete"])
def test_the_packet_is_submitted_if_the_policy_says_so(rehearsal, late_runs, kind):
    run = late_runs[kind]
    rehearsal.runs.append(run)
    assert rehearsal.wait_for_end(run) == "success"
    assert decided(rehearsal, run) == ("Approve", "deadline")
    assert rehearsal.submissions(run) == 1


def decided(rehearsal, run):
    decision = rehearsal.rounds.read_json(max(rehearsal.rounds.names(f"{run.round}/1/approvals/")))
    return decision["choice"], decision["by"]


def answer_late(rehearsal, run):
    path = f"/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances/approve/-1/hitlDetails"
    rehearsal.stack.rest_as("analyst").patch(path, {"chosen_options": ["Approve"], "params_input": {}})
