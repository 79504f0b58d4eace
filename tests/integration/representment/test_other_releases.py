"""Records of other releases: they are read leniently, one that cannot be read is an error for its own round only."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.representment.steps import forget
from tests.integration.representment.telling import hourly

from disputes.errors import PersonNeededError
from representment.operators.audit import AuditSubmissionsOperator
from representment.operators.outcomes import FollowOutcomesOperator

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.representment.steps import Response, World

LATER = {"format": 3, "readable_as": 2}


@pytest.fixture
def running(running_page):
    return running_page


def more(manifest: dict[str, Any]) -> dict[str, Any]:
    files = {field: entry | {"language": "en"} for field, entry in manifest["files"].items()}
    return manifest | LATER | {"files": files, "made_by": {"model": "none"}}


def less(manifest: dict[str, Any]) -> dict[str, Any]:
    gone = ("format", "product_type", "shortened", "compelling_evidence", "fee")
    return {name: value for name, value in manifest.items() if name not in gone}


def rewrite(world: World, name: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """What another release would have written there, in its own way of writing JSON."""
    content = json.dumps(change(json.loads(world.rounds.need(name))), indent=4).encode()
    forget(world.rounds, name)
    world.rounds.write_once(name, content)


def broken(world: World, name: str, content: bytes) -> None:
    forget(world.rounds, name)
    world.rounds.write_once(name, content)


def staged(world: World, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Response:
    """A packet that waits for a person, whose manifest another release has written."""
    response = world.response(world.take("asked"), reason="general")
    response.to("render")
    rewrite(world, f"{response.folder.revision}/manifest.json", change)
    response.do("upload")
    assert response.do("stage") == "approve"
    return response


def audit(world: World) -> int:
    return AuditSubmissionsOperator(task_id="it", rounds_uri=world.rounds_uri).execute({})


def follow(world: World) -> dict[str, str]:
    return FollowOutcomesOperator(task_id="it", rounds_uri=world.rounds_uri).execute(hourly())


either = pytest.mark.parametrize("change", [more, less])


@either
def test_another_releases_packet_is_approved_submitted_audited_and_followed(world, change):
    response = staged(world, change)
    content = world.rounds.need(f"{response.folder.revision}/manifest.json")
    assert response.choose("Approve") == "submit"
    response.do("submit")
    assert response.stored["metadata"]["representment_submitted"] == sha256(content).hexdigest()
    assert audit(world) == 1
    world.control("POST", f"disputes/{response.run.dispute}/win")
    assert follow(world) == {str(response.run): "won"}
    outcome = json.loads(world.rounds.need(f"outcomes/{response.run}.json"))
    assert outcome["packet_sha256"] == sha256(content).hexdigest()
    assert world.rounds.need(f"{response.folder.revision}/manifest.json") == content


@either
def test_another_releases_packet_is_removed_from_the_dispute(world, supervisor, change):
    left, back = staged(world, change), staged(world, change)
    assert left.choose("Leave to a person") == "leave"
    with pytest.raises(PersonNeededError, match="left to a person: a person chose it"):
        left.do("leave")
    assert back.choose("Send back", remark="Without the messages") == "send_back"
    back.do("send_back")
    for response in (left, back):
        assert response.stored["evidence"] == response.folder.dispute_json()["evidence"]
        assert "representment_packet" not in response.stored["metadata"]


def submitted(world: World) -> Response:
    response = world.staged()
    response.do("submit")
    return response


UNREADABLE = pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "is not a JSON object"),
        (b'{"format": 9}', "has format 9, this release reads up to 2"),
        (b'{"dispute": "du_1", "format": 2}', "cannot be read: charge, claim, cleared"),
    ],
)


@UNREADABLE
def test_a_manifest_that_cannot_be_read_does_not_stop_the_audits_and_outcomes_of_others(world, content, problem):
    bad, good = submitted(world), submitted(world)
    name = f"{bad.folder.revision}/manifest.json"
    broken(world, name, content)
    with pytest.raises(PersonNeededError, match=f"{name}: {problem}"):
        audit(world)
    assert [*world.rounds.names("audits/")] == [f"audits/{good.run}.json"]
    for response in (bad, good):
        world.control("POST", f"disputes/{response.run.dispute}/lose")
    with pytest.raises(PersonNeededError, match=f"{name}: {problem}"):
        follow(world)
    assert [*world.rounds.names("outcomes/")] == [f"outcomes/{good.run}.json"]


@UNREADABLE
def test_a_manifest_that_cannot_be_read_is_not_submitted_and_is_left_in_place(world, content, problem):
    response = world.staged()
    name = f"{response.folder.revision}/manifest.json"
    broken(world, name, content)
    for task in ("stage", "submit"):
        with pytest.raises(PersonNeededError, match=f"{name}: {problem}"):
            response.do(task)
    assert response.submissions == 0


@pytest.mark.parametrize("index", ["opened", "submitted"])
def test_an_index_entry_that_cannot_be_read_does_not_stop_the_others(world, index):
    bad, good = submitted(world), submitted(world)
    name = f"{index}/{bad.run}.json"
    broken(world, name, b'{"format": 9}')
    if index == "submitted":
        with pytest.raises(PersonNeededError, match=f"{name}: has format 9"):
            audit(world)
        assert [*world.rounds.names("audits/")] == [f"audits/{good.run}.json"]
    world.control("POST", f"disputes/{good.run.dispute}/win")
    for _ in range(2):  # it is reported as long as it cannot be read
        with pytest.raises(PersonNeededError, match=f"{name}: has format 9"):
            follow(world)
    assert [*world.rounds.names("outcomes/")] == [f"outcomes/{good.run}.json"]


def test_an_outcome_that_cannot_be_read_does_not_keep_the_others_out_of_the_table(world):
    bad, good = submitted(world), submitted(world)
    for response in (bad, good):
        world.control("POST", f"disputes/{response.run.dispute}/win")
    follow(world)
    for name in [*world.rounds.names("outcome_records/")]:
        forget(world.rounds, name)
    broken(world, f"outcomes/{bad.run}.json", b'{"format": 9}')
    with pytest.raises(PersonNeededError, match=f"outcomes/{bad.run}.json: has format 9"):
        follow(world)
    (held,) = world.rounds.names("outcome_records/")
    assert held.endswith(f"/{good.run}.parquet")


def test_an_outcome_of_another_release_becomes_a_late_win_and_keeps_its_fields(world):
    lost = submitted(world)
    world.control("POST", f"disputes/{lost.run.dispute}/lose")
    follow(world)
    rewrite(world, f"outcomes/{lost.run}.json", lambda record: record | LATER | {"arbitration": "none"})
    world.control("POST", f"disputes/{lost.run.dispute}/win")
    assert follow(world) == {str(lost.run): "won"}
    record = json.loads(world.rounds.need(f"late_wins/{lost.run}.json"))
    assert (record["outcome"], record["late_win"], record["arbitration"]) == ("won", True, "none")


def test_a_malformed_view_is_rebuilt(world):
    response = submitted(world)
    for view in (b"[]", b"{"):
        world.rounds.overwrite("current/submitted.json", view)
        world.rounds.overwrite("current/opened.json", view)
        assert follow(world) == {}
        assert str(response.run) in json.loads(world.rounds.need("current/submitted.json"))


def test_a_view_from_a_release_that_stored_less_is_completed(world):
    response = submitted(world)
    world.rounds.overwrite("current/opened.json", json.dumps({str(response.run): {"response": "x"}}).encode())
    assert follow(world) == {}
    assert json.loads(world.rounds.need("current/opened.json"))[str(response.run)]["account"] == "stripe_default"


def test_every_record_states_the_format_of_this_release(world):
    response = submitted(world)
    audit(world)
    world.control("POST", f"disputes/{response.run.dispute}/win")
    follow(world)
    names = [name for name in world.rounds.names("") if name.endswith(".json") and not name.startswith("current/")]
    assert {name: json.loads(world.rounds.need(name)).get("format") for name in names} == dict.fromkeys(names, 2)
    assert len(names) > 12
