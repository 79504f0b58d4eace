"""An issuer's warning, from being found to a refund or to kept evidence; deadlines that are near."""

import pytest
from tests.e2e.rehearsal import Run

from demo.rest import settled

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900), pytest.mark.usefixtures("_clean")]

FINDS = "early_fraud_warnings"
ANSWERS = "answer_early_fraud_warning"


class WarningRun(Run):
    """A run that answers one warning; `dispute` is the warning's id."""

    @property
    def run_id(self) -> str:
        return self.dispute


@pytest.fixture(scope="module")
def asked(rehearsal):
    """Two warned charges whose runs have asked."""
    rest = rehearsal.stack.rest
    warnings = [
        rehearsal.control("POST", "radar/early_fraud_warnings", {"charge": f"ch_warned00{number}"})
        for number in range(2)
    ]
    for dag_id in (FINDS, ANSWERS):
        rest.unpause(dag_id)
    assert rest.wait_for_run(FINDS, rest.trigger(FINDS), seconds=240)["state"] == "success"
    rest.patch(f"/dags/{FINDS}", {"is_paused": True})
    runs = [WarningRun(warning["id"], ANSWERS) for warning in warnings]
    for run in runs:
        rehearsal.wait(lambda run=run: questions(rehearsal, run), f"{run.run_id} asks")
    return runs


def questions(rehearsal, run):
    return list(filter(settled, rehearsal.stack.rest.questions(ANSWERS, run.run_id)))


def answer(rehearsal, run, option):
    """Answer as the analyst, again where Airflow asks again."""

    def decided():
        for question in questions(rehearsal, run):
            rehearsal.stack.rest_as("analyst").answer(question, option, {})
        return rehearsal.tasks(run)["ask"] == "success"

    rehearsal.wait(decided, f"{run.run_id} goes on after {option}")
    assert rehearsal.wait_for_end(run) == "success"


def test_a_click_refunds_a_charge_with_a_warning_once_in_full(rehearsal, asked):
    run = asked[0]
    rehearsal.runs.append(run)
    answer(rehearsal, run, "Refund in full")
    assert rehearsal.tasks(run)["keep"] == "skipped"
    charge = rehearsal.stripe("charges/ch_warned000")
    assert charge["refunded"]
    assert len(rehearsal.posts("/v1/refunds")) == 1
    receipt = rehearsal.rounds.read_json(f"early_fraud_warnings/{run.run_id}/refund.json")
    assert (receipt["charge"], receipt["amount"]) == ("ch_warned000", 2400)


def test_a_kept_charge_has_its_evidence_copied(rehearsal, asked):
    run = asked[1]
    rehearsal.runs.append(run)
    answer(rehearsal, run, "Keep")
    assert rehearsal.tasks(run)["refund"] == "skipped"
    kept = set(rehearsal.rounds.names(f"early_fraud_warnings/{run.run_id}/kept/"))
    assert any(name.endswith("kept/documents/order_receipt.txt") for name in kept)
    assert not rehearsal.stripe("charges/ch_warned001")["refunded"]


def test_one_task_per_account_lists_the_deadlines_and_warns_of_near_ones(rehearsal, posted):
    rest, dag_id = rehearsal.stack.rest, "dispute_deadlines"
    rest.unpause(dag_id)
    try:
        assert rest.wait_for_run(dag_id, rest.trigger(dag_id), seconds=240)["state"] == "success"
    finally:
        rest.patch(f"/dags/{dag_id}", {"is_paused": True})
    listed = rehearsal.rounds.read_json("current/deadlines/stripe_default.json")["rounds"]
    # Its reason is unknown, so it waits for a person whichever test came before.
    assert any(row["dispute"] == "du_novel000" for row in listed)
    assert any("du_late" in one["text"] for one in posted[1])


def test_an_event_records_the_end_of_a_round_without_an_audit(rehearsal):
    """A hint as a trigger sends it, and the event that starts the run; the hourly run would not look so soon."""
    rest, dag_id = rehearsal.stack.rest, "dispute_outcomes"
    rest.unpause(dag_id)
    rehearsal.wait(lambda: ended(rest, dag_id), "the first run by the hour has ended")
    run = rehearsal.start("plain")
    assert rehearsal.wait_for_end(run) == "success"
    rehearsal.control("POST", f"disputes/{run.dispute}/win")
    assets = {one["name"]: one["id"] for one in rest.every("/assets", "assets")}
    hint = {"event": "evt_1", "type": "charge.dispute.closed", "object": run.dispute, "account": "stripe_default"}
    rest.post("/assets/events", {"asset_id": assets["stripe_webhook"], "extra": {"payload": {"messages": [hint]}}})
    rest.post("/assets/events", {"asset_id": assets["stripe_dispute_ended"], "extra": {}})
    try:
        outcome = rehearsal.wait(lambda: outcome_of(rehearsal, run), f"{run.run_id} has an outcome")
        (woken,) = rehearsal.wait(lambda: ended(rest, dag_id, run_type="asset_triggered"), "the woken run has ended")
    finally:
        rest.patch(f"/dags/{dag_id}", {"is_paused": True})
    assert outcome["outcome"] == "won"
    states = {(task["task_id"], task["state"]) for task in rest.task_instances(dag_id, woken["dag_run_id"])}
    assert states == {
        ("accounts", "success"),
        ("follow_outcomes", "success"),
        ("all_followed", "success"),
        ("announce", "success"),
        ("mark_announced", "success"),
        ("hourly_accounts", "success"),
        ("audit_submissions", "skipped"),
        ("sweep_open_disputes", "skipped"),
    }
    records = list(rehearsal.rounds.names("outcome_records/"))
    assert any(name.endswith(f"{run.run_id}.parquet") for name in records)


def ended(rest, dag_id, **query):
    return [run for run in rest.runs(dag_id, **query) if run["state"] == "success"]


def outcome_of(rehearsal, run):
    name = f"outcomes/{run.run_id}.json"
    return name in set(rehearsal.rounds.names("outcomes/")) and rehearsal.rounds.read_json(name)
