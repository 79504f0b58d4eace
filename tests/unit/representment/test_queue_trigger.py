"""The watcher of the queue: what reaches Airflow's database, and what stays in the queue."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from airflow.sdk.module_loading import import_string
from botocore.exceptions import ClientError

from representment.triggers import stripe_queue
from representment.triggers.stripe_queue import StripeQueueTrigger

URL = "https://sqs.eu-west-1.amazonaws.com/1/stripe"
EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "charge.dispute.created",
    "data": {"object": {"id": "du_1", "evidence": {"customer_name": "Ann Lee"}}},
}


class Queue:
    """SQS as a client of aiobotocore: gives its answers in turn, then nothing forever."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    async def receive_message(self, **request):
        self.asked.append(request)
        if not self.answers:
            await asyncio.Event().wait()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"Messages": [{"MessageId": str(i), "ReceiptHandle": f"r{i}", "Body": b} for i, b in enumerate(answer)]}

    @asynccontextmanager
    async def connection(self):
        yield self


@pytest.fixture
def told(monkeypatch):
    """Runs the trigger until the queue has given all its answers; returns the payloads that it sent."""

    def run(*answers):
        queue = Queue(*answers)

        class Hook:
            async def get_async_conn(self):
                return queue.connection()

        monkeypatch.setattr(StripeQueueTrigger, "hook", Hook())
        monkeypatch.setattr(stripe_queue, "AFTER_A_FAULT", 0)
        payloads = []

        async def listen():
            async for event in StripeQueueTrigger(URL).run():
                payloads.append(event.payload)  # noqa: PERF401 - it has no end

        async def until_silent():
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(listen(), 0.2)

        asyncio.run(until_silent())
        return payloads, queue

    return run


def test_only_ids_and_receipts_are_passed_on(told):
    payloads, queue = told([json.dumps({"detail": EVENT})])
    message = {"event": "evt_1", "type": "charge.dispute.created", "object": "du_1", "account": None, "receipt": "r0"}
    assert payloads == [{"messages": [message]}]
    assert queue.asked[0] == {"QueueUrl": URL, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 20}


def test_a_message_that_is_not_an_event_is_ignored_and_does_not_stop_the_others(told):
    payloads, _ = told(["Ann Lee"], ["Ann Lee", json.dumps(EVENT)])
    assert [[message["receipt"] for message in payload["messages"]] for payload in payloads] == [["r1"]]


def test_a_message_nested_too_deeply_does_not_stop_the_others(told):
    payloads, _ = told(["[" * 100_000, json.dumps(EVENT)])
    assert [message["receipt"] for message in payloads[0]["messages"]] == ["r1"]


def test_the_trigger_continues_after_each_event_and_after_a_fault(told):
    fault = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ReceiveMessage")
    payloads, _ = told([json.dumps(EVENT)], [], fault, [json.dumps(EVENT)])
    assert len(payloads) == 2


def test_airflow_can_store_and_recreate_the_trigger():
    classpath, arguments = StripeQueueTrigger(URL).serialize()
    again = import_string(classpath)(**arguments)
    assert (type(again), again.serialize()) == (StripeQueueTrigger, (classpath, arguments))
    assert again.delete_message_on_reception is False
