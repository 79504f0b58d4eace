"""A person decides about a packet by Airflow's own Required Actions."""

import hashlib

import pytest
from tests.e2e.rehearsal import Run

from demo.rest import RestError

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900), pytest.mark.usefixtures("_clean")]

GENERAL = "respond_general"
PACKET = "representment_packet"


@pytest.fixture(scope="module")
def asked(rehearsal):
    """A run for each choice, started together: they wait for their answers at the same time."""
    return {choice: rehearsal.start("asked", GENERAL) for choice in ("approve", "send_back", "accept", "leave")}


def test_an_approved_packet_is_submitted_and_a_second_answer_is_refused(rehearsal, asked):
    run = asked["approve"]
    rehearsal.runs.append(run)
    question = rehearsal.answer(run, "Approve")
    with pytest.raises(RestError, match="409"):
        rehearsal.send(question, "Accept the loss")
    assert rehearsal.wait_for_end(run) == "success"

    sha256 = hashlib.sha256(rehearsal.rounds.read(f"{run.round}/1/manifest.json")).hexdigest()
    assert sha256 in question["body"]
    decision = latest_decision(rehearsal, run)
    assert (decision["choice"], decision["by"], decision["packet_sha256"]) == ("Approve", "analyst", sha256)
    assert rehearsal.submissions(run) == 1
    assert rehearsal.dispute(run)["metadata"][PACKET] == sha256
    assert ways_out(rehearsal, run) == {"submit"}


def test_a_packet_sent_back_is_removed_from_the_dispute_and_made_again_with_the_remark(rehearsal, asked):
    run, following = asked["send_back"], Run(asked["send_back"].dispute, GENERAL, revision=2)
    rehearsal.runs += [run, following]
    rehearsal.question(run)
    before = rehearsal.rounds.read_json(f"{run.round}/1/case.json")["dispute"]
    rehearsal.answer(run, "Send back", remark="Say when it was delivered.")
    assert rehearsal.wait_for_end(run) == "success"
    assert ways_out(rehearsal, run) == {"send_back"}
    assert rehearsal.note(run) == "Sent back: the next revision answers."

    question = rehearsal.question(following)
    assert "Say when it was delivered." in question["body"]
    assert rehearsal.stack.rest.run(GENERAL, following.run_id)["conf"]["remark"] == "Say when it was delivered."
    staged, taken_off, staged_again = updates(rehearsal, run)
    assert staged["metadata"][PACKET] != staged_again["metadata"][PACKET]
    assert PACKET not in taken_off["metadata"]
    assert taken_off["evidence"] == before["evidence"]

    rehearsal.answer(following, "Approve")
    assert rehearsal.wait_for_end(following) == "success"
    assert rehearsal.note(following) == "Submitted to the bank.\n\nSay when it was delivered."
    assert rehearsal.submissions(run) == 1
    assert rehearsal.rounds.read_json(f"{run.round}/receipt.json")["response"] == following.run_id


def test_accepting_the_loss_closes_the_dispute_and_submits_nothing(rehearsal, asked):
    run = asked["accept"]
    rehearsal.runs.append(run)
    rehearsal.answer(run, "Accept the loss")
    assert rehearsal.wait_for_end(run) == "success"
    assert ways_out(rehearsal, run) == {"accept"}
    assert rehearsal.note(run) == "Accepted: the dispute is closed as lost."
    assert rehearsal.dispute(run)["status"] == "lost"
    assert rehearsal.submissions(run) == 0
    assert rehearsal.rounds.read_json(f"{run.round}/1/end.json")["end"] == "accepted"


def test_leaving_a_round_to_a_person_unstages_it_and_fails_its_run(rehearsal, asked):
    run = asked["leave"]
    rehearsal.runs.append(run)
    rehearsal.answer(run, "Leave to a person")
    assert rehearsal.wait_for_end(run) == "failed"
    assert ways_out(rehearsal, run) == {"leave"}
    assert rehearsal.note(run) == "Left to a person: the task leave says why."
    dispute = rehearsal.dispute(run)
    assert (dispute["status"], dispute["metadata"]) == ("needs_response", {})
    assert dispute["evidence"] == rehearsal.rounds.read_json(f"{run.round}/1/case.json")["dispute"]["evidence"]
    assert rehearsal.submissions(run) == 0


def latest_decision(rehearsal, run):
    return rehearsal.rounds.read_json(max(rehearsal.rounds.names(f"{run.round}/1/approvals/")))


def ways_out(rehearsal, run):
    ways = {"submit", "send_back", "accept", "leave", "nothing_to_answer"}
    return {task for task, state in rehearsal.tasks(run).items() if task in ways and state in ("success", "failed")}


def updates(rehearsal, run):
    """The dispute after each of its updates, oldest first."""
    events = rehearsal.stripe("events", type="charge.dispute.updated", limit=100)["data"]
    return [event["data"]["object"] for event in reversed(events) if event["data"]["object"]["id"] == run.dispute]
