"""Intake, outcomes, audit and sweep: what looks at all disputes together."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time.comms import ErrorResponse
from tests.integration.representment.steps import forget

from disputes.errors import GuardError
from representment.hooks.stripe_hook import StripeHook
from representment.operators.audit import AuditSubmissionsOperator
from representment.operators.intake import StartResponsesOperator
from representment.operators.outcomes import FollowOutcomesOperator
from representment.operators.sweep import GRACE, SweepOperator

EXISTS = ErrorResponse(error=ErrorType.DAGRUN_ALREADY_EXISTS)
NO_DAG = AirflowRuntimeError(ErrorResponse(error=ErrorType.API_SERVER_ERROR, detail={"status_code": 404}))


def run(kind, world, **arguments):
    return kind(task_id="it", rounds_uri=world.rounds_uri, **arguments).execute({})


@pytest.fixture
def submitted(world):
    response = world.staged()
    response.do("submit")
    return response


def test_an_outcome_is_written_once_the_bank_has_decided(world, submitted):
    assert run(FollowOutcomesOperator, world) == {}
    world.control("POST", f"disputes/{submitted.run.dispute}/win")
    assert run(FollowOutcomesOperator, world) == {str(submitted.run): "won"}
    assert run(FollowOutcomesOperator, world) == {}
    record = json.loads(world.rounds.need(f"outcomes/{submitted.run}.json"))
    assert (record["outcome"], record["submission_method"], record["amount"]) == ("won", "manual", 2400)
    assert record["packet_sha256"] == submitted.folder.manifest().sha256


def test_an_inquiry_that_escalated_ended_so_and_its_chargeback_is_followed_by_itself(world):
    inquiry = world.response(world.take("inquiry"), "inquiry")
    inquiry.to("submit")
    world.control("POST", f"disputes/{inquiry.run.dispute}/escalate")
    assert run(FollowOutcomesOperator, world) == {str(inquiry.run): "escalated"}
    chargeback = world.response(inquiry.run.dispute)
    chargeback.to("submit")
    assert chargeback.submissions == 2
    world.control("POST", f"disputes/{inquiry.run.dispute}/lose")
    assert run(FollowOutcomesOperator, world) == {str(chargeback.run): "lost"}


def test_following_costs_a_request_for_a_hundred_disputes_however_many_are_pending(world, submitted):
    other = world.staged()
    other.do("submit")
    before = len(world.log())
    run(FollowOutcomesOperator, world)
    pages = world.log()[before:]
    assert {one["path"] for one in pages} == {"/v1/disputes"}
    assert len(pages) <= 2


def test_the_audit_passes_what_was_sent_and_looks_once(world, submitted):
    assert run(AuditSubmissionsOperator, world) == 1
    before = len(world.log())
    assert run(AuditSubmissionsOperator, world) == 0
    assert len(world.log()) == before
    assert json.loads(world.rounds.need(f"audits/{submitted.run}.json"))["findings"] == []


def tampered(world, response, change):
    """A submitted round whose manifest says something else than was sent."""
    manifest = response.folder.manifest()
    name = f"{response.folder.revision}/manifest.json"
    forget(world.rounds, name)
    world.rounds.write_once(name, change(manifest).to_json())


def other_text(manifest):
    return manifest.model_copy(update={"fields": manifest.fields | {"product_description": "Something else"}})


def other_file(manifest):
    (field, entry), *_ = manifest.files.items()
    return manifest.model_copy(update={"files": {field: entry.model_copy(update={"sha256": "0" * 64})}})


def more_pages(manifest):
    (field, entry), *_ = manifest.files.items()
    return manifest.model_copy(update={"files": {field: entry.model_copy(update={"pages": entry.pages + 1})}})


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (other_text, "product_description: holds"),
        (other_file, "holds another file"),
        (more_pages, "the manifest says 2"),
    ],
)
def test_the_audit_finds_what_differs_and_hides_no_other_round(world, submitted, change, finding):
    good = world.staged()
    good.do("submit")
    tampered(world, submitted, change)
    with pytest.raises(GuardError, match=finding) as caught:
        run(AuditSubmissionsOperator, world)
    assert str(submitted.run) in str(caught.value)
    assert str(good.run) not in str(caught.value)
    assert json.loads(world.rounds.need(f"audits/{good.run}.json"))["findings"] == []


def test_a_round_that_cannot_be_read_back_keeps_no_other_from_its_audit(world, submitted):
    receipt = {"response": "du_none__chargeback__1"}
    world.rounds.write_once("submitted/du_none__chargeback__1.json", json.dumps(receipt).encode())
    with pytest.raises(GuardError, match=r"du_none__chargeback__1: .*404"):
        run(AuditSubmissionsOperator, world)
    assert world.rounds.read(f"audits/{submitted.run}.json") is not None


def test_intake_starts_one_run_for_each_open_round_and_leaves_the_answered_alone(world, supervisor, submitted):
    started = run(StartResponsesOperator, world, lookback=timedelta(days=30))
    conf = {message.run_id: message.conf for message in supervisor.heard}
    assert started == list(conf)
    assert str(submitted.run) not in conf
    assert "du_old__chargeback__1" not in conf
    assert conf["du_by_hand__chargeback__1"] == {"dispute": "du_by_hand", "round": "chargeback", "revision": 1}
    assert not any(run_id.startswith("du_new_status") for run_id in conf)
    due = [world.dispute(run_id.partition("__")[0])["evidence_details"]["due_by"] for run_id in started[:3]]
    assert due == sorted(due)


def test_intake_again_starts_nothing_twice_and_other_reasons_go_to_the_general_dag(world, supervisor):
    supervisor.answers = [EXISTS] * 500
    assert run(StartResponsesOperator, world, lookback=timedelta(days=30)) == []
    supervisor.heard.clear()
    supervisor.answers = [NO_DAG]
    started = run(StartResponsesOperator, world, lookback=timedelta(days=30))
    first, second = supervisor.heard[:2]
    assert (first.run_id, second.dag_id) == (second.run_id, "respond_general")
    assert started[0] == first.run_id


def open_rounds(world, *, but):
    """Every other open dispute already has its opening, as if its run were under way."""
    for dispute in StripeHook().disputes_since(0):
        round_ = "inquiry" if dispute["status"].startswith("warning_") else "chargeback"
        if dispute["id"] != but:
            world.rounds.write_once(f"{dispute['id']}/{round_}/opening.json", b"{}")


def test_the_sweep_starts_what_was_missed_and_reports_a_status_that_nobody_knows(world, supervisor):
    open_rounds(world, but="du_unstarted")
    with pytest.raises(GuardError, match=r"du_new_status \(status a_new_status is not known here\)") as caught:
        run(SweepOperator, world)
    assert [message.run_id for message in supervisor.heard] == ["du_unstarted__chargeback__1"]
    assert "du_unstarted" not in str(caught.value)


def test_the_sweep_reports_a_run_that_was_started_and_does_not_move(world, supervisor):
    open_rounds(world, but="du_unstarted")
    supervisor.answers = [EXISTS, EXISTS]
    with pytest.raises(GuardError) as just_started:
        run(SweepOperator, world)
    assert "du_unstarted" not in str(just_started.value)
    with (
        time_machine.travel(datetime.now(UTC) + timedelta(seconds=GRACE + 60)),
        pytest.raises(GuardError, match="du_unstarted__chargeback__1") as caught,
    ):
        run(SweepOperator, world)
    assert "started, but nothing was gathered" in str(caught.value)
