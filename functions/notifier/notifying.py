"""What the notifier does with each kind of event that it gets.

From the stream, the end of a run becomes one message a receiver in the queue. From there messages come one by one; one
that is not delivered stays for another time, later each time, and ends in the queue of dead letters.
"""

from __future__ import annotations

import logging
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from functions.control.backend import Backend
from functions.notifier.delivering import Deliveries
from functions.notifier.https import NotDeliveredError
from functions.notifier.notices import Notices, UnreadableError

_logger = logging.getLogger(__name__)


class Notifier:
    """Tells people of runs that have ended."""

    def __init__(self, backend: Backend) -> None:
        self._notices = Notices(backend.settings, backend.clients)
        self._deliveries = Deliveries(backend.settings, backend.clients)

    def handle(self, event: dict[str, Any]) -> dict[str, Any]:
        """Handles records of the stream, or messages of the queue.

        Returns:
            Of messages, which were not delivered, as Lambda wants to know it.

        Raises:
            Exception: Of records: SQS did not take what is due.
        """
        records = event["Records"]
        if records[0]["eventSource"] == "aws:dynamodb":
            self._notices.pass_on(records)
            return {}
        failed = [record["messageId"] for record in records if not self._is_delivered(record)]
        return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}

    def _is_delivered(self, record: dict[str, Any]) -> bool:
        try:
            delivery = self._notices.read(record)
        except UnreadableError as error:
            self._tell_unreadable(record, error)
            return False
        project, domain, run = delivery.run.split("/")
        about = {"project": project, "domain": domain, "run": run, "kind": delivery.notification.kind}
        try:
            self._deliveries.deliver(delivery)
        except (NotDeliveredError, ClientError, BotoCoreError) as error:
            pause_s = self._notices.put_off(record)
            _logger.warning(
                "a notification of %s was not delivered: %s", run, error, extra=about | {"again_s": pause_s}
            )
            return False
        _logger.info("a notification of %s was delivered", run, extra=about)
        return True

    def _tell_unreadable(self, record: dict[str, Any], error: UnreadableError) -> None:
        """It waits among the dead letters for a version that knows it."""
        self._notices.give_up(record)
        about = dict(zip(("project", "domain", "run"), error.run.split("/"), strict=False)) if error.run else {}
        _logger.error(
            "a notification of %s cannot be read by this version, which may be older than the one that kept it: %s",
            error.run or "an unknown run",
            error,
            extra=about,
        )
