"""The audit: the evidence at Stripe compared with what was meant to be sent."""

import json

import pytest
from tests.integration.representment.steps import forget

from disputes.errors import PersonNeededError
from representment.exceptions import AlreadyNotifiedError, StripeUnavailableError
from representment.operators.audit import AuditSubmissionsOperator


def run(kind, world, **arguments):
    return kind(task_id="it", rounds_uri=world.rounds_uri, **arguments).execute({})


@pytest.fixture
def submitted(world):
    response = world.staged()
    response.do("submit")
    return response


def test_the_audit_passes_unchanged_evidence_and_runs_once(world, submitted):
    assert run(AuditSubmissionsOperator, world) == 1
    before = len(world.log())
    assert run(AuditSubmissionsOperator, world) == 0
    assert len(world.log()) == before
    assert json.loads(world.rounds.need(f"audits/{submitted.run}.json"))["findings"] == []


def tampered(world, response, change):
    """A submitted round whose manifest differs from what was sent."""
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
        (other_text, "product_description: has 17 characters"),
        (other_file, "has another file"),
        (more_pages, "the manifest says 2"),
    ],
)
def test_the_audit_reports_a_difference_and_still_audits_the_other_rounds(world, submitted, posted, change, finding):
    good = world.staged()
    good.do("submit")
    tampered(world, submitted, change)
    with pytest.raises(PersonNeededError, match=finding) as caught:
        run(AuditSubmissionsOperator, world)
    assert str(submitted.run) in str(caught.value)
    assert str(good.run) not in str(caught.value)
    (told,) = posted
    assert finding in told["text"]
    assert json.loads(world.rounds.need(f"audits/{good.run}.json"))["findings"] == []


@pytest.fixture
def two_wrong(world):
    """Two submitted rounds whose packets are not what was sent."""
    responses = [world.staged() for _ in range(2)]
    for response in responses:
        response.do("submit")
        tampered(world, response, other_text)
    return [str(response.run) for response in responses]


def marked(world):
    return [name.removeprefix("audits/").removesuffix(".json") for name in world.rounds.names("audits/")]


def test_a_finding_is_reported_and_marked_even_if_the_next_dispute_cannot_be_read(world, two_wrong, posted):
    first, second = two_wrong
    world.fault("500", path=f"/v1/disputes/{second.partition('__')[0]}", count=3)
    with pytest.raises(StripeUnavailableError):
        run(AuditSubmissionsOperator, world)
    assert marked(world) == [first]
    assert first in posted[0]["text"]
    with pytest.raises(AlreadyNotifiedError, match=second):
        run(AuditSubmissionsOperator, world)
    assert [told["text"].count("__chargeback__") for told in posted] == [1, 1]


def test_a_finding_that_could_not_be_reported_is_found_again(world, submitted, listed):
    tampered(world, submitted, other_text)
    listed()
    for _ in range(2):
        with pytest.raises(PersonNeededError, match=str(submitted.run)) as caught:
            run(AuditSubmissionsOperator, world)
        assert caught.value.subject == "variable representment_notifiers"
    assert marked(world) == []


def test_the_first_audit_raises_no_alarm_after_the_next_round_was_staged_and_lost(world):
    response = world.response(world.take("inquiry"), "inquiry")
    response.to("stage")
    response.do("submit")
    world.control("POST", f"disputes/{response.run.dispute}/escalate")
    world.response(response.run.dispute).to("stage")
    world.control("POST", f"disputes/{response.run.dispute}/lose")
    assert run(AuditSubmissionsOperator, world) == 1


def test_a_round_that_cannot_be_read_back_does_not_stop_the_audit_of_the_others(world, submitted):
    receipt = {"response": "du_none__chargeback__1"}
    world.rounds.write_once("submitted/du_none__chargeback__1.json", json.dumps(receipt).encode())
    with pytest.raises(PersonNeededError, match=r"du_none__chargeback__1: .*404"):
        run(AuditSubmissionsOperator, world)
    assert world.rounds.read(f"audits/{submitted.run}.json") is not None
