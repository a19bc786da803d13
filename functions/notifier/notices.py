"""Between the runs table's stream and the queue of notifications."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from flyte.protocol.limits import NOTIFICATION_ATTEMPTS
from flyte.protocol.notifications import Delivery
from functions.control.attributes import from_attributes
from functions.control.notifications import due

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings

_logger = logging.getLogger(__name__)

_BATCH = 10
"""Source: SQS, SendMessageBatch."""

_FIRST_PAUSE_S, _GROWTH = 30, 4
"""A notification that was not delivered comes again after 30 s, then after 2 minutes, 8, 32, …"""


_FAULTS_CHARS = 500


class UnreadableError(Exception):
    """A message says nothing that this version knows.

    Attributes:
        run: `project/domain/run`, if it says that.
    """

    def __init__(self, run: str, faults: str) -> None:
        super().__init__(faults)
        self.run = run


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
        bodies = [body for record in records for body in _due(record)]
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
        """What a message of the queue says.

        Raises:
            UnreadableError: It is none that this version knows.
        """
        try:
            return Delivery.model_validate_json(record["body"])
        except ValidationError as error:
            raise UnreadableError(_run_of(record["body"]), _faults(error)) from None

    def put_off(self, record: Mapping[str, Any]) -> int:
        """Hides a message for a time, which is returned, in seconds. After the last attempt it is none."""
        attempt = int(record["attributes"]["ApproximateReceiveCount"])
        is_last = attempt >= NOTIFICATION_ATTEMPTS
        pause_s = 0 if is_last else _FIRST_PAUSE_S * _GROWTH ** (attempt - 1)
        self._clients.sqs.change_message_visibility(
            QueueUrl=self._queue, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=pause_s
        )
        return pause_s

    def give_up(self, record: Mapping[str, Any]) -> None:
        """Shows a message again at once, each time: so it is soon among the dead letters, which raise an alarm."""
        self._clients.sqs.change_message_visibility(
            QueueUrl=self._queue, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=0
        )


def _due(record: Mapping[str, Any]) -> list[str]:
    """The messages of a record. One that cannot be read is a message that nobody can read, and holds nothing up."""
    try:
        return list(due(from_attributes(record["dynamodb"]["NewImage"])))
    except Exception as error:  # noqa: BLE001 - whatever an item of another version does to this one
        keys = record["dynamodb"].get("Keys")
        _logger.error("the end of a run cannot be read (%s): %s", type(error).__name__, keys)  # noqa: TRY400 - secrets
        return [json.dumps({"unreadable": keys})]


def _run_of(body: str) -> str:
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    return str(found.get("run", "")) if isinstance(found, dict) else ""


def _faults(error: ValidationError) -> str:
    """Where it is unknown and how; not what is there, which can be a webhook's address."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return ", ".join(f"{'.'.join(map(str, each['loc']))}: {each['type']}" for each in faults)[:_FAULTS_CHARS]
