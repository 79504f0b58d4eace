"""What `make faults` relies on: the judge sees what was changed, sent twice or forgotten, and the gates work."""

from __future__ import annotations

import json
from threading import Thread
from types import SimpleNamespace

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from tests.faults.gate import Gate
from tests.faults.traffic import S3, STRIPE, Request, Rule, Traffic, nth_write
from tests.faults.verdict import Judge

from demo.connections import sandbox_aws
from demo.resources import s3_client
from demo.rounds import Rounds
from representment.storage.record_names import MANIFEST

BUCKET = "representment"


@pytest.fixture
def s3(world):
    return s3_client(sandbox_aws(world.s3_endpoint))


@pytest.fixture
def submitted(world):
    response = world.staged()
    response.do("submit")
    return response


@pytest.fixture
def judge(world, s3):
    return Judge(SimpleNamespace(**vars(world)), Rounds(s3, world.rounds_uri), Traffic())


@pytest.fixture
def gate(world):
    gate = Gate(S3, world.s3_endpoint, Traffic())
    yield gate
    gate.traffic.clear()
    gate.stop()


@pytest.fixture
def through(gate):
    """A client that goes through the gate and repeats nothing itself."""
    config = Config(retries={"total_max_attempts": 1}, proxies={}, read_timeout=20)
    keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
    return boto3.client("s3", endpoint_url=gate.url, region_name="us-east-1", config=config, **keys)


def test_a_packet_submitted_as_approved_is_judged_right(judge, submitted):
    verdict = judge.verdict(submitted.run.dispute)
    assert (verdict.answered, verdict.doubled, verdict.wrong) == (True, False, ())


def test_a_manifest_that_differs_from_what_was_approved_is_noticed(judge, submitted, world):
    name = f"{submitted.folder.revision}/{MANIFEST}"
    manifest = json.loads(world.rounds.need(name))
    field = next(iter(manifest["fields"]))
    manifest["fields"][field] += " And more."
    file = next(iter(manifest["files"]))
    manifest["files"][file]["sha256"] = "0" * 64
    world.rounds.overwrite(name, json.dumps(manifest).encode())
    wrong = judge.verdict(submitted.run.dispute).wrong
    assert {one.split()[0] for one in wrong} == {"approved", "receipt", "staged", "submitted", f"{field}:", f"{file}:"}


def test_a_submission_without_a_receipt_counts_as_unanswered(judge, submitted, s3, world):
    bucket, _, prefix = world.rounds_uri.removeprefix("s3://").partition("/")
    s3.delete_object(Bucket=bucket, Key=f"{prefix}/{submitted.folder.round}/receipt.json")
    assert not judge.verdict(submitted.run.dispute).answered


def test_a_packet_that_was_only_staged_is_unanswered(judge, world):
    assert not judge.verdict(world.staged().run.dispute).answered


@pytest.mark.parametrize(("keys", "doubled"), [(("a", "a"), False), (("a", "b"), True)])
def test_two_submissions_under_two_keys_count_as_doubled(judge, submitted, keys, doubled):
    for key in keys:
        path = f"/v1/disputes/{submitted.run.dispute}"
        judge.traffic.note(Request(STRIPE, "POST", path, b"submit=true", key, at=0.0), 200)
    assert judge.verdict(submitted.run.dispute).doubled == doubled


def test_a_gate_forwards_everything_and_logs_it(gate, through, s3):
    through.put_object(Bucket=BUCKET, Key="through", Body=b"all of it")
    assert s3.get_object(Bucket=BUCKET, Key="through")["Body"].read() == b"all of it"
    assert through.head_object(Bucket=BUCKET, Key="through")["ContentLength"] == 9
    with pytest.raises(ClientError, match="404"):
        through.head_object(Bucket=BUCKET, Key="nothing")
    assert [(request.method, status) for request, status in gate.traffic.log] == [
        ("PUT", 200),
        ("HEAD", 200),
        ("HEAD", 404),
    ]


def test_a_closed_gate_forwards_nothing(gate, through, s3):
    gate.is_open = False
    with pytest.raises(BotoCoreError):
        through.put_object(Bucket=BUCKET, Key="closed", Body=b"")
    assert not list(Rounds(s3, f"s3://{BUCKET}").names("closed"))
    gate.is_open = True
    through.put_object(Bucket=BUCKET, Key="closed", Body=b"")


@pytest.mark.parametrize(("when", "stands"), [("before", False), ("after", True)])
@pytest.mark.parametrize("goes_on", [False, True])
def test_a_write_is_held_before_or_after_its_effect_then_dropped_or_released(gate, through, s3, when, stands, goes_on):
    key = f"held/{when}/{goes_on}"
    rule = gate.traffic.order(nth_write(key, 1, when, holds=True))
    ends = []

    def put():
        try:
            through.put_object(Bucket=BUCKET, Key=key, Body=b"held")
            ends.append("answered")
        except BotoCoreError:
            ends.append("lost")

    thread = Thread(target=put)
    thread.start()
    assert rule.reached.wait(20)
    assert bool(Rounds(s3, f"s3://{BUCKET}").names(key)) == stands
    rule.release(goes_on=goes_on)
    thread.join(20)
    assert ends == ["answered" if goes_on else "lost"]
    assert bool(Rounds(s3, f"s3://{BUCKET}").names(key)) == (stands or goes_on)


def test_a_rule_refuses_the_second_and_the_third_write(gate, through):
    gate.traffic.order(Rule(lambda request: request.writes, first=2, times=2, status=503))
    through.put_object(Bucket=BUCKET, Key="refused", Body=b"1")
    for _ in range(2):
        with pytest.raises(ClientError, match="SlowDown"):
            through.put_object(Bucket=BUCKET, Key="refused", Body=b"2")
    through.put_object(Bucket=BUCKET, Key="refused", Body=b"3")
