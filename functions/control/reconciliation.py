"""Finds open actions that nobody wrote to for a while, oldest first, and reconciles each with its execution."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from flyte.protocol.identity import ActionId
from functions.control.action_items import OPEN_SHARDS
from functions.control.attributes import from_attributes, to_attributes
from functions.control.clock import Clock, to_iso, utc_now
from functions.control.closing import Closing, Verdict

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings

QUIET_FOR = timedelta(minutes=2)
"""Actions written to more recently are left alone: the fast path is at work on them."""

_PAGE = 50
_logger = logging.getLogger(__name__)


class Reconciliation:
    """One pass over what is open.

    An action that is found alive moves to the end of the queue, so a pass that is cut short loses nothing: the next one
    goes on where it stopped.
    """

    def __init__(self, settings: Settings, clients: Clients, closing: Closing, now: Clock = utc_now) -> None:
        self._table = settings.runs_table
        self._clients = clients
        self._closing = closing
        self._now = now

    def run(self, *, has_time: Callable[[], bool], quiet_for: timedelta = QUIET_FOR) -> Counter[Verdict]:
        """Reconciles until nothing is left or the time is up.

        Args:
            has_time: Asked before each action.
            quiet_for: How long nobody wrote to an action that is looked at.

        Returns:
            How many actions got which verdict. One whose check failed is in none: it is looked at again next time.
        """
        before = to_iso(self._now() - quiet_for)
        verdicts: Counter[Verdict] = Counter()
        for shard in range(OPEN_SHARDS):
            for action in self._open_actions(str(shard), before):
                if not has_time():
                    return verdicts
                try:
                    verdicts[self._closing.reconcile(action)] += 1
                except (ClientError, BotoCoreError):
                    # One that cannot be checked must not keep the others from it.
                    _logger.exception("could not reconcile %s", action.key, extra=action.to_dict())
        return verdicts

    def _open_actions(self, shard: str, before: str) -> Iterator[ActionId]:
        pages = self._clients.dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="open",
            KeyConditionExpression="open_shard = :shard AND updated_at < :before",
            ExpressionAttributeValues=to_attributes({":shard": shard, ":before": before}),
            ProjectionExpression="pk, sk",
            PaginationConfig={"PageSize": _PAGE},
        )
        for page in pages:
            for attributes in page["Items"]:
                item = from_attributes(attributes)
                yield ActionId.from_key(item["pk"], item["sk"])
