import hashlib
import json
from pathlib import Path

import pytest

from demo.responses import Response
from demo.results import PacketFile, Result, collect, deviations, trespasses
from demo.rounds import Rounds
from demo.scenes import Scene


class MissingError(Exception):
    pass


class Bucket:
    """As much of a boto3 client as is needed."""

    class exceptions:  # noqa: N801  # boto3's name
        NoSuchKey = MissingError

    def __init__(self, objects):
        self.objects = objects

    def get_object(self, Bucket, Key):  # noqa: N803  # boto3's names
        if Key not in self.objects:
            raise MissingError(Key)
        content = self.objects[Key]
        return {"Body": type("Body", (), {"read": lambda _: content})()}

    def get_paginator(self, _):
        return self

    def paginate(self, Bucket, Prefix):  # noqa: N803
        return [{"Contents": [{"Key": key} for key in sorted(self.objects) if key.startswith(Prefix)]}]


class Stripe:
    """Knows disputes by id."""

    def __init__(self, **statuses):
        self.statuses = statuses

    def dispute(self, dispute_id):
        return {
            "id": dispute_id,
            "reason": "general",
            "amount": 1200,
            "currency": "usd",
            "status": self.statuses[dispute_id],
            "evidence_details": {"submission_count": 1, "submission_method": "manual"},
        }


SHARES = {
    "essential": {"expected": ["a", "receipt"], "given": ["a", "receipt"]},
    "strong": {"expected": ["b", "c"], "given": ["b"]},
}
PACKET = {
    "fields": {"b": "x", "a": "y"},
    "files": {"receipt": {"name": "receipt.pdf", "sha256": "ab", "pages": 2, "bytes": 900}},
    "completeness": SHARES,
}
MANIFEST = json.dumps(PACKET).encode()


def rounds(**extra):
    names = {
        "du_1/chargeback/1/manifest.json": MANIFEST,
        "du_1/chargeback/1/files/ab.pdf": b"%PDF",
        "du_1/chargeback/1/approvals/000000000007.json": b'{"choice": "Send back", "by": "analyst"}',
        "du_1/chargeback/1/approvals/000000000009.json": b'{"choice": "Approve", "by": "policy"}',
        "du_1/chargeback/receipt.json": b'{"response": "du_1__chargeback__1", "submitted_at": 1764000000}',
        "du_1/chargeback/submit/9/request.json": b"nine",
        "du_1/chargeback/submit/10/request.json": b"ten",
        "outcomes/du_1__chargeback__1.json": b'{"outcome": "won"}',
        "audits/du_1__chargeback__1.json": b'{"findings": []}',
        **{name.replace("__slash__", "/"): content for name, content in extra.items()},
    }
    return Rounds(Bucket({f"rounds/{name}": content for name, content in names.items()}), "s3://own/rounds")


def run(run_id="du_1__chargeback__1", state="success", leaf="submit"):
    return Response("respond_general", run_id, state, {leaf: state})


def test_a_submitted_round_is_reported_in_full():
    [result] = collect([run()], {}, stripe=Stripe(du_1="won"), rounds=rounds())
    assert result == Result(
        dispute="du_1",
        reason="general",
        amount=1200,
        currency="usd",
        status="won",
        submission_count=1,
        submission_method="manual",
        dag="respond_general",
        round="chargeback",
        revision=1,
        run_id="du_1__chargeback__1",
        run="success",
        leaf="submit",
        fields=("a", "b"),
        given=3,
        recommended=4,
        files=(PacketFile("receipt", 2, 900),),
        packet_sha256=hashlib.sha256(MANIFEST).hexdigest(),
        approved_by="policy",
        submitted_at=1764000000,
        outcome="won",
    )
    assert result.submitted


def test_of_several_revisions_of_a_round_the_last_counts():
    runs = [run("du_1__chargeback__2"), run("du_1__chargeback__10"), run("du_1__chargeback__1")]
    [result] = collect(runs, {}, stripe=Stripe(du_1="won"), rounds=rounds())
    assert result.revision == 10
    assert not result.submitted


def test_a_scripted_dispute_without_a_run_is_reported_too():
    [result] = collect([], {"du_2": Scene("du_2")}, stripe=Stripe(du_2="lost"), rounds=rounds())
    assert (result.dispute, result.status, result.run_id) == ("du_2", "lost", None)


def test_each_round_of_a_dispute_is_reported():
    runs = [run("du_1__inquiry__1"), run("du_1__chargeback__1")]
    found = collect(runs, {}, stripe=Stripe(du_1="won"), rounds=rounds())
    assert [result.round for result in found] == ["inquiry", "chargeback"]


def test_the_submitted_packet_is_saved_with_the_request_that_succeeded(tmp_path: Path):
    rounds().save_packet(run(), tmp_path / "du_1" / "chargeback")
    saved = {file.name: file.read_bytes() for file in (tmp_path / "du_1" / "chargeback").iterdir()}
    assert saved == {"receipt.pdf": b"%PDF", "manifest.json": MANIFEST, "request.json": b"ten"}


def result(**changes):
    known = {"dispute": "du_1", "reason": "general", "amount": 1, "currency": "usd", "status": "won"}
    counts = {"submission_count": 1, "submission_method": "manual", "run_id": "du_1__chargeback__1", "run": "success"}
    return Result(**(known | counts | changes))


@pytest.mark.parametrize(
    ("ends", "lines"),
    [
        ({"status": "won", "submission_count": 1, "run": "success"}, []),
        ({}, []),
        ({"status": "lost"}, ["du_1: status is 'won', expected 'lost'"]),
        ({"leaf": "submit", "dag": None}, ["du_1: leaf is None, expected 'submit'"]),
    ],
)
def test_every_end_that_differs_from_the_script_is_reported(ends, lines):
    assert deviations([result()], {"du_1": Scene("du_1", ends=ends)}) == lines


def test_of_several_rounds_the_last_is_compared():
    scenes = {"du_1": Scene("du_1", ends={"leaf": "submit"})}
    assert deviations([result(leaf="leave"), result(leaf="submit")], scenes) == []


def test_an_audit_finding_is_a_deviation():
    assert deviations([result(findings=("receipt: 3 pages",))], {}) == [
        "du_1__chargeback__1: the audit found: receipt: 3 pages"
    ]


def test_without_submit_mode_a_submission_a_write_or_a_failed_run_is_a_violation():
    failed = result(run="failed")
    assert trespasses([result()], {}, []) == []
    assert trespasses([result(submitted_at=1)], {}, []) == ["du_1__chargeback__1: submitted"]
    assert trespasses([result()], {}, ["POST /v1/files"]) == ["written to Stripe: POST /v1/files"]
    assert trespasses([failed], {}, []) == ["du_1__chargeback__1: failed"]
    assert trespasses([failed], {"du_1": Scene("du_1", ends={"run": "failed"})}, []) == []


def test_the_submitted_rounds_are_compared_with_the_script():
    def both(**second):
        first = Result("du_1", "general", 5, "usd", "won", 2, "manual", round="inquiry", submitted_at=1)
        return [first, Result("du_1", "general", 5, "usd", "won", 2, "manual", round="chargeback", **second)]

    scenes = {"du_1": Scene("du_1", ends={"rounds": ["inquiry", "chargeback"]})}
    assert deviations(both(submitted_at=2), scenes) == []
    assert deviations(both(), scenes) == ["du_1: rounds is ['inquiry'], expected ['inquiry', 'chargeback']"]
