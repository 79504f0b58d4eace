"""What an earlier release left behind, at every task: today's code continues from there."""

from __future__ import annotations

import hashlib
import json
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
import time_machine
from tests.data.records import load
from tests.integration.representment.steps import Response, World, connect
from tests.integration.representment.telling import hourly

from disputes.errors import PersonNeededError
from disputes.rounds import RunId
from representment.operators.answer_warning import RefundWarningOperator
from representment.operators.audit import AuditSubmissionsOperator
from representment.operators.outcomes import FollowOutcomesOperator
from sandbox import s3

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DIGESTS = {"0.1.0": "48bcca6e058d687132986bbc3c61674aad6555ce1469baab7c29ccd3d55cc37b"}
"""Of each release's folder: a record is never changed, whatever the code becomes."""
ORDER = ("gather", "collect", "render", "upload", "stage", "submit")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with s3.serve({}) as address:
        yield address


@pytest.fixture
def standing(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., tuple[World, list[load.Scenario]]]]:
    """Makes a world in which scenarios are as they were, at a fixed time."""
    with time_machine.travel(0, tick=False) as time, ExitStack() as stack:

        def stand(release: str, *names: str) -> tuple[World, list[load.Scenario]]:
            found = [load.scenario(release, name) for name in names]
            time.move_to(max(one.at for one in found))
            running = stack.enter_context(load.serve(load.held(tmp_path, *found)))
            evidence, rounds = load.put(endpoint, tmp_path.name.replace("_", "-"), *found)
            extra = {"endpoint_url": endpoint, "region_name": "us-east-1"}
            connection = {"conn_type": "aws", "login": "sandbox", "password": "sandbox", "extra": extra}
            monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(connection))
            monkeypatch.setenv("AIRFLOW_VAR_REPRESENTMENT_EVIDENCE_URI", evidence)
            monkeypatch.setenv("AIRFLOW_VAR_REPRESENTMENT_ROUNDS_URI", rounds)
            world = World(s3_endpoint=endpoint, rounds_uri=rounds, **vars(running))
            connect(world, monkeypatch)
            return world, found

        yield stand


def response_of(world: World, one: load.Scenario) -> Response:
    reason = one.dag_id.removeprefix("respond_")
    told = {"remark": one.conf.get("remark"), "claim": one.conf.get("claim")}
    xcoms = {(task, key): value for task, pushed in one.xcoms.items() for key, value in pushed.items()}
    return Response(world, RunId.parse(one.run_id), reason=reason, xcoms=xcoms, **told)


def digest(release: str) -> str:
    root = load.RECORDS / release
    found = sorted(path for path in root.rglob("*") if path.is_file())
    told = [f"{path.relative_to(root).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n" for path in found]
    return hashlib.sha256("".join(told).encode()).hexdigest()


def test_a_record_is_never_changed():
    assert {release: digest(release) for release in load.releases()} == DIGESTS


def scenarios(*tasks: str) -> list[tuple[str, str]]:
    """Release and name of the scenarios whose next task is one of these."""
    every = [one for release in DIGESTS for one in load.scenarios(release)]
    return [(one.release, one.name) for one in every if one.next in tasks and one.dag_id.startswith("respond_")]


@pytest.mark.parametrize(("release", "name"), scenarios(*ORDER, "approve"))
def test_a_response_continues_to_its_one_submission(standing, release, name):
    world, (stopped,) = standing(release, name)
    response = response_of(world, stopped)
    before = 1 if response.run.round == "appeal" else 0
    rest = ORDER[ORDER.index(stopped.next) :] if stopped.next in ORDER else ()
    given = stopped.next
    for number, task in enumerate(rest):
        if given == "approve":
            break
        given = response.do(task, 1 if number else stopped.try_number)
    if given == "approve":
        assert response.choose("Approve") == "submit"
        response.do("submit")
    assert response.submissions == before + 1
    assert response.stored["metadata"]["representment_submitted"] == response.folder.packet().sha256
    assert AuditSubmissionsOperator(task_id="it", rounds_uri=world.rounds_uri).execute({}) == 1


def rewrite_as_a_later_release(world: World, response: Response) -> None:
    """Every record of the round with fields that this release does not know, in a format that it can read."""
    store, digests = world.rounds, {}
    names = [name for name in store.names("") if name.endswith(".json") and not name.startswith("current/")]
    for name in sorted(names, key=lambda name: not name.endswith("/manifest.json")):  # the others name its hash
        old = store.need(name)
        text = json.dumps(json.loads(old) | {"format": 3, "readable_as": 2, "later": {"release": "0.9.0"}}, indent=1)
        for digest, changed in digests.items():
            text = text.replace(digest, changed)
        if name.endswith("/manifest.json"):
            digests[hashlib.sha256(old).hexdigest()] = hashlib.sha256(text.encode()).hexdigest()
        store.overwrite(name, text.encode())
    held = response.stored["metadata"].get("representment_packet")
    if held:
        world.edit(response.run.dispute, **{"metadata[representment_packet]": digests[held]})


@pytest.mark.parametrize("name", ["gathered", "collected", "rendered", "uploaded", "staged", "approved"])
def test_a_response_continues_from_records_written_by_a_later_release(standing, name):
    world, (stopped,) = standing("0.1.0", name)
    response = response_of(world, stopped)
    rewrite_as_a_later_release(world, response)
    for task in ORDER[ORDER.index(stopped.next) : -1] if stopped.next in ORDER else ():
        given = response.do(task)
    if stopped.next == "approve" or (stopped.next != "submit" and given == "approve"):
        assert response.choose("Approve") == "submit"
    response.do("submit")
    assert response.submissions == 1
    assert response.stored["metadata"]["representment_submitted"] == response.folder.packet().sha256
    assert AuditSubmissionsOperator(task_id="it", rounds_uri=world.rounds_uri).execute({}) == 1


def test_a_recorded_decision_is_carried_out(standing, supervisor):
    names = ("sent_back", "accepted", "left", "refund_decided")
    world, stopped = standing("0.1.0", *names)
    back, accepted, left, refunded = (response_of(world, one) for one in stopped)
    assert back.do("send_back") == "du_sent_back__chargeback__2"
    assert supervisor.heard[-1].conf["remark"] == "Say in the letter that the parcel was left with a neighbour."
    assert accepted.do("accept") == "lost"
    with pytest.raises(PersonNeededError, match="left to a person: a person chose it"):
        left.do("leave")
    assert refunded.do("refund")["status"] == "warning_closed"
    assert [one.submissions for one in (back, left, refunded)] == [0, 0, 0]
    assert [one.stored["evidence"]["shipping_documentation"] for one in (back, left)] == [None, None]


def test_submitted_rounds_are_audited_and_followed_together(standing):
    world, _ = standing("0.1.0", "submitted", "won", "lost")
    assert AuditSubmissionsOperator(task_id="it", rounds_uri=world.rounds_uri).execute({}) == 1
    follow = FollowOutcomesOperator(task_id="it", rounds_uri=world.rounds_uri)
    assert follow.execute(hourly()) == {"du_won__chargeback__1": "won"}
    world.control("POST", "disputes/du_lost/win")
    assert follow.execute(hourly()) == {"du_lost__chargeback__1": "won"}


def test_a_refund_decided_for_a_warning_is_made(standing):
    world, (warned,) = standing("0.1.0", "warning_refund_decided")
    account = warned.conf["account"]
    refund = RefundWarningOperator(
        task_id="it", warning_id=warned.run_id, rounds_uri=world.rounds_uri, stripe_conn_id=account
    )
    assert refund.execute({})["amount"] == 2400
