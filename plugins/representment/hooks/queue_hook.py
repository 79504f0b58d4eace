"""The SQS queue that Stripe's EventBridge destination fills."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from representment.exceptions import QueueUnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

TOGETHER = 10
"""Most messages that one request may delete."""


class QueueHook:
    """Deletes processed messages, and counts those in the dead-letter queue.

    Every call raises :class:`QueueUnavailableError` when SQS gives no usable answer.

    :param url: the queue's URL
    :param aws_conn_id: connection of type `aws`
    """

    def __init__(self, url: str, *, aws_conn_id: str = "aws_default") -> None:
        self.url = url
        self.aws_conn_id = aws_conn_id

    @cached_property
    def client(self) -> Any:
        """The boto3 client of the amazon provider's hook."""
        from airflow.providers.amazon.aws.hooks.sqs import SqsHook

        return SqsHook(aws_conn_id=self.aws_conn_id).conn

    def delete(self, receipts: Sequence[str]) -> None:
        """Delete messages; one whose receipt has expired is delivered again, which is harmless."""
        for start in range(0, len(receipts), TOGETHER):
            some = receipts[start : start + TOGETHER]
            entries = [{"Id": str(number), "ReceiptHandle": receipt} for number, receipt in enumerate(some)]
            self._ask("delete_message_batch", QueueUrl=self.url, Entries=entries)

    def dead_letters(self) -> int | None:
        """The approximate number of messages in the dead-letter queue; None if the queue has no such queue."""
        answer = self._ask("get_queue_attributes", QueueUrl=self.url, AttributeNames=["RedrivePolicy"])
        policy = answer.get("Attributes", {}).get("RedrivePolicy")
        if not policy:
            return None
        *_, owner, name = json.loads(policy)["deadLetterTargetArn"].split(":")
        url = self._ask("get_queue_url", QueueName=name, QueueOwnerAWSAccountId=owner)["QueueUrl"]
        depth = "ApproximateNumberOfMessages"
        return int(self._ask("get_queue_attributes", QueueUrl=url, AttributeNames=[depth])["Attributes"][depth])

    def _ask(self, operation: str, **parameters: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self.client, operation)(**parameters)
        except (BotoCoreError, ClientError) as error:
            raise QueueUnavailableError(
                str(error), subject=self.url, remedy="Check the queue, its permissions and the connection aws_default"
            ) from error
        return answer
