"""The sweep, which catches what the intake misses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time.comms import ErrorResponse
from tests.integration.representment.steps import forget
from tests.unit.representment.airflow_parts import Assets

from disputes.errors import PersonNeededError
from disputes.response.submission import SUBMITTED_KEY
from disputes.rounds import round_of
from representment.hooks.stripe_hook import StripeHook
from representment.operators.sweep import GRACE, SweepOperator


@pytest.fixture
def running(running_few):
    """Each round that is open is looked at, so there are few."""
    return running_few


def sweep(world):
    return SweepOperator(task_id="it", rounds_uri=world.rounds_uri).execute(Assets().context())


@pytest.fixture(autouse=True)
def _only_one_is_unstarted(world):
    """Every other open dispute has its opening already, and its receipt if we submitted it: its run is under way."""
    for dispute in StripeHook().disputes_since(0):
        round_ = round_of(dispute["status"])
        if dispute["id"] != "du_unstarted":
            world.rounds.write_once(f"{dispute['id']}/{round_}/opening.json", b"{}")
        if dispute["metadata"].get(SUBMITTED_KEY):
            world.rounds.write_once(f"submitted/{dispute['id']}__{round_}__1.json", b"{}")


def test_the_sweep_starts_missed_disputes_and_reports_an_unknown_status(world, supervisor):
    with pytest.raises(PersonNeededError, match=r"du_new_status \(status a_new_status is not known here\)") as caught:
        sweep(world)
    assert [message.run_id for message in supervisor.heard] == ["du_unstarted__chargeback__1"]
    assert "du_unstarted" not in str(caught.value)


def test_the_sweep_reports_a_started_run_that_makes_no_progress(world, supervisor):
    supervisor.runs = {"du_unstarted__chargeback__1"}
    with pytest.raises(PersonNeededError) as just_started:
        sweep(world)
    assert "du_unstarted" not in str(just_started.value)
    with (
        time_machine.travel(datetime.now(UTC) + timedelta(seconds=GRACE + 60)),
        pytest.raises(PersonNeededError, match="du_unstarted__chargeback__1") as caught,
    ):
        sweep(world)
    assert "started, but has not claimed its round" in str(caught.value)
    assert supervisor.heard == []


def test_a_dispute_in_an_unknown_shape_is_named_and_does_not_stop_the_others(world, supervisor, monkeypatch):
    since = StripeHook.disputes_since
    odd = {"id": "du_odd", "status": "needs_response", "evidence": "Ann Lee"}
    monkeypatch.setattr(StripeHook, "disputes_since", lambda self, created: [odd, *since(self, created)])
    with pytest.raises(PersonNeededError, match="du_odd: not as Stripe documents a dispute") as caught:
        sweep(world)
    assert [message.run_id for message in supervisor.heard] == ["du_unstarted__chargeback__1"]
    assert "Ann" not in str(caught.value)


def test_a_dag_that_cannot_be_started_is_reported(world, supervisor):
    imports = ErrorResponse(error=ErrorType.API_SERVER_ERROR, detail={"status_code": 400})
    supervisor.answers = [AirflowRuntimeError(imports)]
    with pytest.raises(
        PersonNeededError, match="respond_product_not_received: Airflow could not start a run of this DAG"
    ):
        sweep(world)


def test_a_dispute_reopened_after_months_is_found(world, supervisor):
    with (
        time_machine.travel(datetime.now(UTC) + timedelta(days=300)),
        pytest.raises(PersonNeededError, match="du_new_status"),
    ):
        sweep(world)
    assert [message.run_id for message in supervisor.heard] == ["du_unstarted__chargeback__1"]


def test_a_dispute_waiting_in_a_backlog_is_not_reported(world, supervisor, monkeypatch):
    monkeypatch.setattr("representment.open_rounds.BATCH", 0)
    for hours in (0, 2):
        with (
            time_machine.travel(datetime.now(UTC) + timedelta(hours=hours)),
            pytest.raises(PersonNeededError) as caught,
        ):
            sweep(world)
        assert "du_unstarted" not in str(caught.value)


def test_a_submission_without_a_receipt_is_started_again_if_airflow_lost_its_run(world, supervisor):
    response = world.response(world.take("plain"))
    forget(world.rounds, f"{response.folder.round}/opening.json")
    response.to("submit")
    for name in (f"submitted/{response.run}.json", f"{response.folder.round}/receipt.json"):
        forget(world.rounds, name)
    for runs in (set(), {str(response.run)}):
        supervisor.runs = runs
        with pytest.raises(PersonNeededError, match="du_new_status"):
            sweep(world)
    started = [message.run_id for message in supervisor.heard]
    assert started.count(str(response.run)) == 1
