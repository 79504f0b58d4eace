"""Only the newest revision's own run, on its own decision, does what is final or overwrites something."""

import json

import pytest
from airflow.sdk.exceptions import AirflowSkipException, TaskAwaitingInput
from tests.integration.representment.steps import HTTP, connect, forget

from disputes.errors import DisputeError, GuardError, PersonNeededError
from representment.exceptions import StorageUnavailableError, StripeRefusedError, StripeUnavailableError
from representment.operators.outcomes import FollowOutcomesOperator
from representment.operators.submit import SubmitOperator

WAYS_OUT = ("submit", "send_back", "accept", "refund", "leave", "nothing_to_answer")


def asked(world):
    """A new dispute whose question is open."""
    response = world.response(world.take("asked"), reason="general")
    assert response.to("stage") == "approve"
    return response


def finals(world):
    """The calls that cannot be undone."""
    return [one for one in world.writes() if one["path"].endswith("/close") or one["path"] == "/v1/refunds"]


@pytest.mark.parametrize(
    ("kind", "round_", "choice", "task"),
    [
        ("asked", "chargeback", "Accept the loss", "accept"),
        ("inquiry", "inquiry", "Refund in full", "refund"),
    ],
)
def test_answering_an_earlier_revisions_open_question_has_no_effect(world, kind, round_, choice, task):
    reason = "general" if kind == "asked" else "product_not_received"
    first = world.response(world.take(kind), round_, reason=reason)
    first.to("stage")
    second = first.revision(2)
    second.to("stage")
    second.choose("Approve")
    assert first.choose(choice) == task
    with pytest.raises(GuardError, match=f"{second.run} now answers this dispute"):
        first.do(task)
    assert finals(world) == []
    second.do("submit")
    assert second.submissions == 1


def test_a_superseded_revision_cannot_be_sent_back(world, supervisor):
    first = asked(world)
    first.revision(2).to("stage")
    first.choose("Send back", remark="Add the receipt")
    with pytest.raises(GuardError, match="now answers this dispute"):
        first.do("send_back")
    assert supervisor.heard == []


def test_a_run_that_was_triggered_with_another_id_does_nothing(world):
    response = asked(world)
    response.choose("Accept the loss")
    twin = world.response(response.run.dispute, reason="general", run_id="manual__2026-11-28T00:00:00+00:00")
    before, writes = sorted(world.rounds.names("")), len(world.writes())
    for task in ("gather", "stage", "approve", *WAYS_OUT, "confirm"):
        with pytest.raises(GuardError, match=r"this is run manual__.*Trigger the DAG with that run id"):
            twin.do(task)
    assert sorted(world.rounds.names("")) == before
    assert len(world.writes()) == writes


def test_a_run_of_another_dag_leaves_the_rounds_own_folder_alone(world):
    response = asked(world)
    other = world.response(response.run.dispute, reason="fraudulent")
    before, held = sorted(world.rounds.names("")), response.stored
    assert other.do("gather") == "nothing_to_answer"
    assert "answered by respond_general" in other.do("nothing_to_answer")
    with pytest.raises(GuardError, match="answered by respond_general"):
        other.do("stage")
    response.choose("Accept the loss")
    with pytest.raises(GuardError, match="answered by respond_general"):
        other.do("accept")
    response.choose("Leave to a person", at=2_000_000_000)
    with pytest.raises(GuardError, match="answered by respond_general"):
        other.do("leave")
    assert [name for name in sorted(world.rounds.names("")) if "/approvals/" not in name] == before
    assert response.stored == held


def test_a_loss_accepted_for_another_packet_is_not_closed(world):
    response = asked(world)
    response.choose("Accept the loss")
    decision = response.folder.decision()
    response.folder.decide({**decision, "packet_sha256": "0a" * 32, "at": decision["at"] + 1})
    with pytest.raises(GuardError, match="nobody has decided on this packet"):
        response.do("accept")
    assert finals(world) == []


def test_after_a_submit_nothing_is_closed(world):
    response = asked(world)
    response.choose("Approve")
    response.do("submit")
    response.choose("Accept the loss", at=2_000_000_000)
    with pytest.raises(GuardError, match="whose packet was submitted"):
        response.do("accept")
    assert finals(world) == []


def test_a_loss_is_not_accepted_after_a_person_edited_the_dispute(world):
    response = asked(world)
    response.choose("Accept the loss")
    world.edit(response.run.dispute, **{"evidence[product_description]": "A person's own words"})
    with pytest.raises(GuardError, match=r"changed.*product_description"):
        response.do("accept")
    assert finals(world) == []


@pytest.mark.parametrize("refusal", ["429", "403"])
def test_a_submit_refused_by_stripe_does_not_block_the_next_revision(world, monkeypatch, refusal):
    first = world.staged()
    if refusal == "429":
        world.fault("429", method="POST")
    else:
        connect(world, monkeypatch, key=world.restricted_key)
    with pytest.raises(StripeRefusedError, match=refusal):
        first.do("submit")
    connect(world, monkeypatch)
    second = first.revision(2)
    assert second.to("stage") == "submit"
    receipt = second.do("submit")
    assert receipt["response"] == str(second.run)
    assert second.submissions == 1
    with pytest.raises(GuardError, match="round was answered by"):
        first.do("submit", 2)


@pytest.mark.parametrize("age", [60, 90_000])
def test_a_submit_without_an_answer_blocks_the_round_for_a_day(world, age):
    first = world.staged()
    world.fault("hang", method="POST", seconds=0.05)
    with pytest.raises(StripeUnavailableError):
        first.do("submit")
    name = f"{first.folder.round}/submit/1/request.json"
    request = json.loads(world.rounds.need(name))
    world.rounds.overwrite(name, json.dumps(request | {"at": request["at"] - age}).encode())
    second = first.revision(2)
    assert second.to("stage") == "submit"
    if age < 86_400:
        with pytest.raises(GuardError, match="has claimed this round's submission"):
            second.do("submit")
        assert second.submissions == 0
    else:
        second.do("submit")
        assert second.submissions == 1


def test_the_recorded_request_is_the_one_sent(world):
    response = world.staged()
    world.fault("429", method="POST")
    with pytest.raises(StripeUnavailableError):
        response.do("submit")
    name = f"{response.folder.round}/submit/1/request.json"
    request = json.loads(world.rounds.need(name))
    request["params"]["metadata"]["written_by"] = "an earlier release"
    world.rounds.overwrite(name, json.dumps(request).encode())
    response.do("submit", 2)
    assert response.stored["metadata"]["written_by"] == "an earlier release"


@pytest.mark.parametrize("task", ["gather", "stage", "leave", "confirm"])
def test_a_submission_whose_receipt_was_lost_is_completed_by_the_next_task(world, task):
    response = asked(world)
    response.choose("Approve")
    response.do("submit")
    forget(world.rounds, f"{response.folder.round}/receipt.json")
    forget(world.rounds, f"submitted/{response.run}.json")
    if task == "leave":
        response.choose("Leave to a person", at=2_000_000_000)
    given = response.do(task, 2)
    assert given in ("nothing_to_answer", "submit", f"{response.run} has submitted its packet")
    receipt = response.folder.round_record("receipt.json")
    assert receipt["packet_sha256"] == response.folder.packet().sha256
    indexed = json.loads(world.rounds.need(f"submitted/{response.run}.json"))
    assert indexed.items() >= receipt.items()
    assert response.submissions == 1


def test_an_answer_that_arrived_in_the_next_round_is_reported_and_followed_to_its_end(world, monkeypatch):
    response = world.response(world.take("inquiry"), "inquiry")
    response.to("stage")
    send = SubmitOperator._send

    def overtaken(operator, *args):
        world.control("POST", f"disputes/{response.run.dispute}/escalate")
        return send(operator, *args)

    monkeypatch.setattr(SubmitOperator, "_send", overtaken)
    for number in (1, 2):
        with pytest.raises(PersonNeededError, match="which now counts for the chargeback round"):
            response.do("submit", number)
    assert response.submissions == 1
    world.control("POST", f"disputes/{response.run.dispute}/win")
    ended = FollowOutcomesOperator(task_id="it", rounds_uri=world.rounds_uri)._follow()
    dispute = response.run.dispute
    assert ended == {f"{dispute}__inquiry__1": "escalated", f"{dispute}__chargeback__1": "won"}


def test_our_packet_without_its_mark_is_recognised_by_its_evidence(world):
    response = world.staged()
    world.edit(response.run.dispute, **{"metadata[representment_packet]": ""})
    response.choose("Leave to a person")
    with pytest.raises(PersonNeededError):
        response.do("leave")
    assert response.stored["evidence"] == response.folder.dispute_json()["evidence"]


def test_the_next_revision_ignores_our_packet_even_without_its_mark(world):
    first = world.staged()
    before = first.folder.dispute_json()["evidence"]
    world.edit(first.run.dispute, **{"metadata[representment_packet]": ""})
    second = first.revision(2)
    second.do("gather")
    assert second.folder.dispute_json()["evidence"] == before


def test_a_packet_without_its_mark_is_staged_again(world):
    response = world.staged()
    world.edit(response.run.dispute, **{"metadata[representment_packet]": ""})
    with pytest.raises(GuardError, match=r"not ours.*clear the task stage"):
        response.do("submit")
    assert response.do("stage", 2) == "submit"
    response.do("submit", 2)
    assert response.submissions == 1


def test_in_shadow_mode_a_revision_keeps_no_field_of_the_staged_packet(world, monkeypatch):
    first = world.staged()
    before = first.folder.dispute_json()
    connect(world, monkeypatch, mode="shadow")
    second = first.revision(2)
    assert second.to("render") is None
    gathered = second.folder.dispute_json()
    assert (gathered["evidence"], gathered["metadata"]) == (before["evidence"], {})
    assert second.folder.manifest().kept == first.folder.manifest().kept
    assert first.stored["metadata"]  # nothing was written
    connect(world, monkeypatch)
    assert second.do("render", 2) == "upload"
    second.do("upload")
    assert second.do("stage") == "submit"
    assert second.unstage()
    assert second.stored["evidence"] == before["evidence"]


def test_the_next_revision_starts_before_the_packet_is_unstaged(world, supervisor):
    response = asked(world)
    remark = "Say when it was delivered. " * 70
    response.choose("Send back", remark=remark)
    world.fault("500", method="POST")
    with pytest.raises(StripeUnavailableError):
        response.do("send_back")
    (message,) = supervisor.heard
    assert message.conf["remark"] == remark
    assert len(message.note) == 1000
    second = response.revision(2)
    second.do("gather")
    assert response.do("send_back", 2) == str(second.run)
    assert response.stored["metadata"] == {}


def away(monkeypatch):
    """S3 does not answer."""
    extra = {"endpoint_url": "http://127.0.0.1:9", "config_kwargs": {"retries": {"max_attempts": 0}}}
    connection = {"conn_type": "aws", "login": "sandbox", "password": "sandbox", "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(connection))


def test_an_answer_that_could_not_be_stored_is_not_asked_for_again(world, monkeypatch, supervisor):
    response = asked(world)
    with monkeypatch.context() as without_s3:
        away(without_s3)
        with pytest.raises(StorageUnavailableError):
            response.choose("Send back", remark="Add the receipt", by="ann", at=1_900_000_000)
    assert response.folder.decision() is None
    assert response.do("approve", 2) == "send_back"
    decision = response.folder.decision()
    assert (decision["by"], decision["remark"], decision["at"]) == ("ann", "Add the receipt", 1_900_000_000)
    assert supervisor.heard == []
    with pytest.raises(TaskAwaitingInput):  # cleared, it asks again
        response.do("approve", 3)


@pytest.mark.parametrize(("choice", "task"), [("Approve", "submit"), ("Accept the loss", "accept")])
def test_a_finished_response_asks_no_further_question(world, supervisor, choice, task):
    response = asked(world)
    response.choose(choice)
    response.do(task)
    writes = len(world.writes())
    assert response.do("approve", 2) == task
    response.do(task, 2)
    assert supervisor.heard == []
    assert len(world.writes()) == writes
    assert response.do("stage", 2) == task


def test_a_packet_that_was_sent_back_asks_no_further_question(world, supervisor):
    response = asked(world)
    response.choose("Send back")
    response.do("send_back")
    assert response.do("approve", 2) == "send_back"


def test_a_final_task_does_nothing_without_the_decision_for_it(world):
    response = asked(world)
    before, writes = sorted(world.rounds.names("")), len(world.writes())
    for task in WAYS_OUT:
        with pytest.raises(AirflowSkipException, match=r"nothing was decided|no task has recorded"):
            response.do(task)
    assert sorted(world.rounds.names("")) == before
    assert len(world.writes()) == writes


def test_an_open_round_that_nobody_answered_is_never_confirmed(world):
    response = asked(world)
    with pytest.raises(PersonNeededError, match="nobody has answered"):
        response.do("confirm")
    world.control("POST", f"disputes/{response.run.dispute}/dashboard_submit")
    assert response.do("confirm") == "the dispute is under_review"


def test_a_round_continued_by_the_next_revision_is_confirmed(world, supervisor):
    response = asked(world)
    response.choose("Send back")
    response.do("send_back")
    assert "du_asked" in response.do("confirm")
    superseded = asked(world)
    superseded.revision(2).do("gather")
    assert "now answers this dispute" in superseded.do("confirm")


def test_a_packet_whose_files_are_not_uploaded_is_not_staged(world):
    response = world.response(world.take("plain"))
    response.to("render")
    with pytest.raises(GuardError, match=r"not uploaded.*Clear the task upload") as caught:
        response.do("stage")
    assert not caught.value.passing


def test_a_refund_made_since_gathering_stops_the_submission(world):
    response = world.response(world.take("inquiry"), "inquiry")
    response.to("stage")
    charge = response.stored["charge"]
    answer = HTTP.post(
        f"{world.api_base}/v1/refunds", data={"charge": charge, "amount": 100}, auth=(world.secret_key, "")
    )
    answer.raise_for_status()
    with pytest.raises(GuardError, match="refunded is 100, was 0"):
        response.do("submit")


def test_every_refusal_names_the_dispute_and_what_to_do(world):
    response = asked(world)
    response.revision(2).to("stage")
    response.choose("Accept the loss")
    with pytest.raises(DisputeError) as caught:
        response.do("accept")
    assert caught.value.dispute == response.run.dispute
    assert caught.value.remedy
