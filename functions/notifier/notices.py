"""Between the runs table's stream and the queue of notifications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flyte.protocol.limits import NOTIFICATION_ATTEMPTS
from flyte.protocol.notifications import Delivery
from functions.control.attributes import from_attributes
from functions.control.notifications import due

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings

_BATCH = 10
"""Source: SQS, SendMessageBatch."""

_FIRST_PAUSE_S, _GROWTH = 30, 4
"""A notification that was not delivered comes again after 30 s, then after 2 minutes, 8, 32, …"""


class Notices:
    """The queue."""

    def __init__(self, settings: Settings, clients: Clients) -> None:
        self._queue = settings.notifications.queue_url
        self._clients = clients

    def pass_on(self, records: Iterable[Mapping[str, Any]]) -> int:
        """Puts what is due for runs that have ended into the queue, and says how many messages that were.

        Raises:
            RuntimeError: SQS did not take all of it. What it took comes twice when the records are given again.
        """
        items = (from_attributes(record["dynamodb"]["NewImage"]) for record in records)
        bodies = [delivery.to_json() for item in items for delivery in due(item)]
        for start in range(0, len(bodies), _BATCH):
            batch = bodies[start : start + _BATCH]
            answer = self._clients.sqs.send_message_batch(
                QueueUrl=self._queue,
                Entries=[{"Id": str(index), "MessageBody": body} for index, body in enumerate(batch)],
            )
            if refused := answer.get("Failed"):
                raise RuntimeError(f"SQS did not take {len(refused)} notifications: {refused[0].get('Message')}")
        return len(bodies)

    @staticmethod
    def read(record: Mapping[str, Any]) -> Delivery:
        """What a message of the queue says."""
        return Delivery.model_validate_json(record["body"])

    def put_off(self, record: Mapping[str, Any]) -> int:
        """Hides a message for a time, which is returned, in seconds. After the last attempt it is none."""
        attempt = int(record["attributes"]["ApproximateReceiveCount"])
        is_last = attempt >= NOTIFICATION_ATTEMPTS
        pause_s = 0 if is_last else _FIRST_PAUSE_S * _GROWTH ** (attempt - 1)
        self._clients.sqs.change_message_visibility(
            QueueUrl=self._queue, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=pause_s
        )
        return pause_s
