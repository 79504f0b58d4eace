"""Watches the queue that Stripe's EventBridge destination fills."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.triggers.sqs import SqsSensorTrigger
from airflow.triggers.base import TriggerEvent
from botocore.exceptions import BotoCoreError, ClientError

from representment.inbox.events import Hint

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TOGETHER = 10
"""Most messages that one SQS request returns."""
LONG_POLL = 20
"""Seconds that a request waits for a message; SQS allows no more. An idle queue costs three requests a minute."""
AFTER_A_FAULT = 30
"""Seconds between two requests after a failed one."""


class StripeQueueTrigger(SqsSensorTrigger):
    """The amazon provider's trigger, which here leaves messages in the queue and passes on only the ids in them.

    A message that is not a Stripe event is left out: SQS delivers it again, then moves it to the dead-letter queue.

    :param sqs_queue: the queue's URL
    :param aws_conn_id: connection of type `aws`
    """

    def __init__(self, sqs_queue: str, aws_conn_id: str | None = "aws_default") -> None:
        super().__init__(
            sqs_queue,
            aws_conn_id,
            max_messages=TOGETHER,
            wait_time_seconds=LONG_POLL,
            delete_message_on_reception=False,
        )

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class and arguments, as Airflow keeps them."""
        classpath, _ = super().serialize()
        return classpath, {"sqs_queue": self.sqs_queue, "aws_conn_id": self.aws_conn_id}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield messages as they arrive, without end."""
        while True:
            try:
                async with await self.hook.get_async_conn() as client:  # type: ignore[no-untyped-call]
                    while True:
                        if hints := self._hints(await self.poke(client)):
                            yield TriggerEvent({"messages": [hint.as_json() for hint in hints]})  # type: ignore[no-untyped-call]
            except (BotoCoreError, ClientError) as error:
                self.log.warning("The queue gave no usable answer: %s", error)
                await asyncio.sleep(AFTER_A_FAULT)

    def _hints(self, messages: list[dict[str, Any]]) -> list[Hint]:
        read = {
            message["MessageId"]: Hint.of_message(message["Body"], message["ReceiptHandle"]) for message in messages
        }
        for message_id, hint in read.items():
            if hint is None:
                self.log.error("Message %s is not a Stripe event; it stays in the queue", message_id)
        return [hint for hint in read.values() if hint is not None]
