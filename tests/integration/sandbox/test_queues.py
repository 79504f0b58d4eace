"""EventBridge's envelope in an SQS queue, and the documents of copied disputes in S3, on the sandbox's own moto."""

import json
from contextlib import closing
from datetime import UTC, datetime
from urllib.error import HTTPError
from uuid import uuid4

import pytest
from tests.integration.sandbox.conftest import Running
from tests.integration.sandbox.receiver import until

from sandbox import s3, seeds
from sandbox.clock import Clock
from sandbox.context import Sandbox
from sandbox.http.app import create_app
from sandbox.http.auth import Keys
from sandbox.http.server import Server


@pytest.fixture
def aws(seeds_folder):
    with s3.serve(seeds.load(seeds_folder, Clock()).bucket) as endpoint:
        yield endpoint


@pytest.fixture
def running(seeds_folder, aws):
    with (
        closing(Sandbox.of(seeds.load(seeds_folder, Clock()), Keys("0123456789abcdefwxyz"), aws)) as sandbox,
        Server(create_app(sandbox)) as server,
    ):
        yield Running(server.base, sandbox.keys)


@pytest.fixture
def queue(aws):
    sqs = s3.client("sqs", aws)
    # moto's servers of one process share what they hold.
    url = sqs.create_queue(QueueName=f"stripe-{uuid4()}")["QueueUrl"]

    class Queue:
        def __init__(self):
            self.url = url
            self.bodies = []

        def wait(self, count):
            def receive():
                got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
                self.bodies += [json.loads(message["Body"]) for message in got]
                return len(self.bodies) >= count

            until(receive)
            return self.bodies

    return Queue()


def test_every_event_is_queued_in_eventbridges_envelope(running, queue):
    running.control("POST", "queues", {"url": queue.url})
    running.client().v1.disputes.update("du_1", {"evidence": {"uncategorized_text": "é"}, "submit": False})
    (body,) = queue.wait(1)

    event = running.client().v1.events.list({"limit": 1}).data[0]
    assert body["detail"]["id"] == event.id != body["id"]
    assert body["detail"]["data"]["object"]["evidence"]["uncategorized_text"] == "é"
    assert (body["detail-type"], body["version"], body["account"]) == ("charge.dispute.updated", "0", "123456789012")
    assert body["source"] == "aws.partner/stripe.com/ed_1FjordPine"
    assert body["time"] == datetime.fromtimestamp(event.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    unwrapped = running.client().construct_event_without_verification(json.dumps(body))
    assert unwrapped.id == event.id


def test_a_backlog_arrives_complete_and_events_can_be_sent_again(running, queue):
    running.control("POST", "queues", {"url": queue.url})
    running.control("POST", "disputes", {"copy_of": "du_1", "count": 15, "prefix": "du_many"})
    events = running.client().v1.events.list({"limit": 30}).data
    running.control("POST", "deliver", {"events": [events[0].id], "copies": 2})

    bodies = queue.wait(32)
    assert {body["detail"]["id"] for body in bodies} == {event.id for event in events}
    assert running.control("GET", "queues") == [{"url": queue.url, "sent": 32, "failed": 0}]


def test_a_removed_queue_gets_nothing(running, queue):
    running.control("POST", "queues", {"url": queue.url})
    running.control("DELETE", "queues")

    assert running.control("GET", "queues") == []


def test_an_unknown_queue_is_refused(running, queue):
    with pytest.raises(HTTPError, match="400"):
        running.control("POST", "queues", {"url": queue.url + "x"})


def test_a_copys_charge_has_the_seeds_documents(running, aws):
    (dispute_id,) = running.control("POST", "disputes", {"copy_of": "du_1"})["disputes"]
    charge = running.client().v1.disputes.retrieve(dispute_id).charge
    facts = s3.client("s3", aws).get_object(Bucket=s3.EVIDENCE_BUCKET, Key=f"charges/{charge}/facts.json")

    assert json.loads(facts["Body"].read()) == {"charge": charge}


def test_a_copy_can_be_made_without_documents(running, aws):
    (dispute_id,) = running.control("POST", "disputes", {"copy_of": "du_1", "documents": False})["disputes"]
    charge = running.client().v1.disputes.retrieve(dispute_id).charge
    found = s3.client("s3", aws).list_objects_v2(Bucket=s3.EVIDENCE_BUCKET, Prefix=f"charges/{charge}/")

    assert found["KeyCount"] == 0
