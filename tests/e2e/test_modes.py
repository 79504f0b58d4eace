"""How far the connection may go: in `shadow` nothing is written, in `stage` nothing is submitted."""

import hashlib
from dataclasses import replace

import pytest

from demo.connections import sandbox_stripe

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900), pytest.mark.usefixtures("_clean")]


@pytest.fixture
def connect(rehearsal):
    """Change the Stripe connection as a person does in the UI, for this test."""

    def change(connection):
        body = {"connection_id": "stripe_default"} | connection.as_json()
        rehearsal.stack.rest.patch("/connections/stripe_default", body)

    yield change
    change(rehearsal.stack.stripe)


def test_shadow_mode_with_a_read_only_key_makes_the_packet_and_writes_nothing(rehearsal, connect):
    sandbox = rehearsal.stack.sandbox
    connect(sandbox_stripe(sandbox.api_base, sandbox.restricted_key, "shadow"))
    before = len(sandbox.requests())
    run = rehearsal.start("parcel")
    assert rehearsal.wait_for_end(run) == "success"
    assert {request["method"] for request in sandbox.requests()[before:]} == {"GET"}
    assert rehearsal.rounds.read_json(f"{run.round}/1/manifest.json")["files"]
    assert finished(rehearsal, run) == {"gather", "collect", "render"}


def test_without_a_mode_the_connection_is_in_shadow_mode(rehearsal, connect):
    sandbox = rehearsal.stack.sandbox
    told = sandbox_stripe(sandbox.api_base, sandbox.secret_key, "")
    connect(replace(told, extra={name: value for name, value in told.extra.items() if name != "mode"}))
    before = len(sandbox.requests())
    run = rehearsal.start("plain")
    assert rehearsal.wait_for_end(run) == "success"
    assert {request["method"] for request in sandbox.requests()[before:]} == {"GET"}


def test_stage_mode_saves_the_packet_and_submits_nothing(rehearsal, connect):
    sandbox = rehearsal.stack.sandbox
    connect(sandbox_stripe(sandbox.api_base, sandbox.secret_key, "stage"))
    run = rehearsal.start("plain")
    assert rehearsal.wait_for_end(run) == "success"
    assert finished(rehearsal, run) == {"gather", "collect", "render", "upload", "stage"}
    dispute = rehearsal.dispute(run)
    sha256 = hashlib.sha256(rehearsal.rounds.read(f"{run.round}/1/manifest.json")).hexdigest()
    assert dispute["metadata"]["representment_packet"] == sha256
    assert dispute["evidence"]["uncategorized_file"]
    assert (dispute["status"], dispute["evidence_details"]["submission_count"]) == ("needs_response", 0)


def finished(rehearsal, run):
    return {task for task, state in rehearsal.tasks(run).items() if state == "success"}
