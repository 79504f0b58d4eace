"""The bucket alone rebuilds everything: Airflow's database is dropped in the middle of many disputes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.representment.airflow_parts import Assets

from disputes.rounds import RunId
from representment.inbox.events import Hint
from representment.operators.intake import StartResponsesOperator
from representment.storage.record_names import REQUESTED

STEPS = ("gather", "collect", "render", "upload", "stage")


def started(world, supervisor, disputes):
    """What the intake starts of these disputes with an empty database, one run each, by dispute."""
    assets = Assets()
    assets.webhook(*(Hint(f"evt_{one}", "charge.dispute.created", one, "stripe_default") for one in disputes))
    supervisor.heard.clear()
    operator = StartResponsesOperator(
        task_id="it", rounds_uri=world.rounds_uri, lookback=timedelta(days=30), poll_every=timedelta(minutes=5)
    )
    operator.execute(assets.context())
    return {message.conf["dispute"]: message for message in supervisor.heard}


def goes_on(world, message):
    """The run that a message starts."""
    run, conf = RunId.parse(message.run_id), message.conf
    reason = message.dag_id.removeprefix("respond_")
    members = {"remark": conf["remark"], "claim": conf["claim"], "reason": reason}
    return world.response(run.dispute, str(run.round), run.revision, **members)


def finish(response):
    """Run it to its end, with a person who approves if asked; returns what the person was asked about."""
    asked = response.to("stage") == "approve"
    if asked:
        response.choose("Approve")
    response.do("submit")
    return asked


def test_disputes_at_every_step_come_to_the_same_end_and_none_is_submitted_twice(world, supervisor):
    stopped = {step: world.response(world.take("plain")) for step in STEPS}
    for step, response in stopped.items():
        response.to(step)
    stopped["nothing"] = world.response(world.take("plain"))
    waiting = world.response(world.take("asked"), reason="general")
    assert waiting.to("stage") == "approve"
    submitted = world.staged()
    submitted.do("submit")

    open_ones = {response.run.dispute for response in (*stopped.values(), waiting)}
    messages = started(world, supervisor, [*open_ones, submitted.run.dispute])
    assert set(messages) == open_ones
    asked = [finish(goes_on(world, message)) for message in messages.values()]
    assert sum(asked) == 1, "what waited for a person is asked again"
    assert {world.dispute(one)["evidence_details"]["submission_count"] for one in open_ones} == {1}
    assert submitted.submissions == 1
    assert started(world, supervisor, open_ones) == {}


@pytest.mark.parametrize("step", [None, "gather", "stage"])
def test_a_packet_that_was_sent_back_continues_as_the_next_with_its_remark_and_claim(world, supervisor, step):
    """The second run was only requested, has gathered, or waits for a person."""
    first = world.response(world.take("open"), reason="product_unacceptable", claim="product_not_received")
    first.to("stage")
    first.choose("Send back", remark="Add the receipt")
    first.do("send_back")
    second = first.revision(2, claim="product_not_received")
    assert second.folder.record(REQUESTED)["by"] == "ann"
    if step:
        second.to(step)

    (message,) = started(world, supervisor, [first.run.dispute]).values()
    assert message.run_id == str(second.run)
    asked = {name: message.conf[name] for name in ("revision", "remark", "claim", "account")}
    assert asked == {
        "revision": 2,
        "remark": "Add the receipt",
        "claim": "product_not_received",
        "account": "stripe_default",
    }
    finish(goes_on(world, message))
    assert second.submissions == 1
    assert second.folder.manifest().claim == "product_not_received"


def test_the_request_to_revise_is_in_s3_before_the_next_run_starts(world, supervisor):
    response = world.response(world.take("asked"), reason="general")
    response.to("stage")
    response.choose("Send back", remark="Add the receipt")
    supervisor.answers = [ConnectionError("Airflow is away")]
    with pytest.raises(ConnectionError):
        response.do("send_back")
    assert response.revision(2).folder.record(REQUESTED)["remark"] == "Add the receipt"


def test_a_revision_triggered_by_a_person_continues_with_its_remark_and_claim(world, supervisor):
    first = world.response(world.take("open"), reason="product_unacceptable")
    first.to("stage")
    members = {"reason": "product_unacceptable", "claim": "product_not_received", "remark": "By hand"}
    second = world.response(first.run.dispute, "chargeback", 2, **members)
    second.do("gather")
    assert second.folder.record(REQUESTED)["by"] == "ann"

    (message,) = started(world, supervisor, [first.run.dispute]).values()
    assert message.run_id == str(second.run)
    assert (message.conf["remark"], message.conf["claim"]) == ("By hand", "product_not_received")
