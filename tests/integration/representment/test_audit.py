"""The audit: what Stripe holds against what was meant to be sent."""

import json

import pytest
from tests.integration.representment.steps import forget

from disputes.errors import PersonNeededError
from representment.operators.audit import AuditSubmissionsOperator


def run(kind, world, **arguments):
    return kind(task_id="it", rounds_uri=world.rounds_uri, **arguments).execute({})


@pytest.fixture
def submitted(world):
    response = world.staged()
    response.do("submit")
    return response


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
    with pytest.raises(PersonNeededError, match=finding) as caught:
        run(AuditSubmissionsOperator, world)
    assert str(submitted.run) in str(caught.value)
    assert str(good.run) not in str(caught.value)
    assert json.loads(world.rounds.need(f"audits/{good.run}.json"))["findings"] == []


def test_a_round_that_cannot_be_read_back_keeps_no_other_from_its_audit(world, submitted):
    receipt = {"response": "du_none__chargeback__1"}
    world.rounds.write_once("submitted/du_none__chargeback__1.json", json.dumps(receipt).encode())
    with pytest.raises(PersonNeededError, match=r"du_none__chargeback__1: .*404"):
        run(AuditSubmissionsOperator, world)
    assert world.rounds.read(f"audits/{submitted.run}.json") is not None
