"""Stripe's EventBridge destination with an SQS queue as its target: every event in EventBridge's envelope."""

import json
import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from queue import SimpleQueue
from threading import Thread
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sandbox import s3
from sandbox.errors import invalid_request
from sandbox.state import State, StripeObject

AWS_ACCOUNT, REGION = "123456789012", "us-east-1"
BATCH_MESSAGES, BATCH_BYTES = 10, 200_000
"""SQS takes ten messages at a time, and 1 MiB in all; one event is far below the difference."""
_STOP_SECONDS = 2.0


@dataclass
class Target:
    """One queue.

    :param failed: events that it did not take; they are not tried again
    """

    url: str
    sent: int = 0
    failed: int = 0


@dataclass(frozen=True)
class _Message:
    target: Target
    body: str


class Queues:
    """The queues of an account, and the thread that sends to them.

    :param aws_endpoint: moto's server; None without such a server
    """

    def __init__(self, state: State, aws_endpoint: str | None) -> None:
        self._state = state
        self._aws_endpoint = aws_endpoint
        self._targets: dict[str, Target] = {}
        self._outbox: SimpleQueue[_Message | None] = SimpleQueue()
        self._thread: Thread | None = None

    def register(self, url: str) -> Target:
        """Send every event from now on to a queue.

        :raises StripeError: no such queue on the sandbox's own server
        """
        if self._aws_endpoint is None:
            raise invalid_request("This sandbox has no SQS.", chosen=True)
        try:
            self._sqs.get_queue_attributes(QueueUrl=url)
        except (ClientError, BotoCoreError) as error:
            raise invalid_request(f"No such queue here: {url} ({error})", param="url", chosen=True) from error
        if self._thread is None:
            self._thread = Thread(target=self._work, daemon=True)
            self._thread.start()
        return self._targets.setdefault(url, Target(url))

    def targets(self) -> list[Target]:
        """Every queue."""
        return list(self._targets.values())

    def forget(self) -> None:
        """Send no more."""
        self._targets.clear()

    def send(self, event: StripeObject) -> None:
        """Send an event to every queue; returns at once."""
        for target in self.targets():
            body = json.dumps(envelope(event, self._state.account.id), ensure_ascii=False)
            self._outbox.put(_Message(target, body))

    def close(self) -> None:
        """Stop."""
        if self._thread:
            self._outbox.put(None)
            self._thread.join(_STOP_SECONDS)

    @cached_property
    def _sqs(self) -> Any:
        return s3.client("sqs", str(self._aws_endpoint))

    def _work(self) -> None:
        while (first := self._outbox.get()) is not None:
            batch = [first]
            size = len(first.body.encode())
            while len(batch) < BATCH_MESSAGES and size < BATCH_BYTES and not self._outbox.empty():
                message = self._outbox.get()
                if message is None:
                    self._deliver(batch)
                    return
                batch.append(message)
                size += len(message.body.encode())
            self._deliver(batch)

    def _deliver(self, batch: list[_Message]) -> None:
        by_url: dict[str, list[_Message]] = defaultdict(list)
        for message in batch:
            by_url[message.target.url].append(message)
        for url, messages in by_url.items():
            entries = [{"Id": str(number), "MessageBody": each.body} for number, each in enumerate(messages)]
            try:
                taken = len(self._sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Successful", ()))
            except (ClientError, BotoCoreError):
                taken = 0
            messages[0].target.sent += taken
            messages[0].target.failed += len(messages) - taken


def envelope(event: StripeObject, account: str) -> dict[str, Any]:
    """Wrap an event as EventBridge does; ``id`` is EventBridge's own, a new one each time.

    :param account: the Stripe account, whose partner event source it comes from
    """
    source = f"aws.partner/stripe.com/ed_{account.removeprefix('acct_')}"
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": event["type"],
        "source": source,
        "account": AWS_ACCOUNT,
        "time": datetime.fromtimestamp(event["created"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}::event-source/{source}"],
        "detail": event,
    }
