"""Parked actions: those whose task only waits, so that no invocation works on them, and what wakes them.

A parked action is `running` without an owner. Its execution waits in the state `Park` on a task token; its item counts
how many of the children that are awaited have yet to end before it is woken: one at first, for who races children
wants to know of the first one, and more the longer it does nothing else but wait. The end of a child takes one off, and
who finds nothing left to count sends the token. A wake-up is a hint: an action that is woken for nothing parks again,
and one whose hint was lost is woken by the timeout of `Park`, its tick. So no order and no repetition of these writes
can lose it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from flyte.protocol.identity import ActionId
from functions.control.action_items import key_of
from functions.control.attributes import Item, error_code
from functions.control.clock import Clock, utc_now
from functions.control.writes import update_if

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings

NAMES_KEPT = 100
"""Of children that are awaited: as many as one read can look at. Of more, only the number is kept."""
FIRST_TICK_S, LAST_TICK_S = 60, 6 * 3600
"""How long `Park` waits for its token, at first and at most. Ours: a lost hint is rare, a tick costs an invocation, and
an execution that waits for a year has room in its history for 1,400."""
AWAKE_S, SURELY_AWAKE_S = 1.0, 0.8
"""An action is not parked so soon after it has started a child: a child that ends sooner has nobody to wake, and needs
no write to find that out. The second is for the child, whose clock may differ: a sandbox's is set by the Amazon Time
Sync Service, to within milliseconds. Were it wrong by more, the parent would find the end at its tick. Ours."""
PATIENCE_S = 10.0
"""Ours: whoever was parked so long hears of any end. It grows with each time in a row, so 1,000 ends in an hour wake a
parent some 25 times."""

_TOKEN_IS_OF_THE_PAST = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken", "ValidationException"}
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parked:
    """How an action was parked, as the invocation that resumes it finds it.

    `left` more children were to end by the count; `names` are those awaited, if they were few; `tick_s` is how
    long it would have waited for its token; `in_a_row` counts how often it was parked before without having started
    a child in between.
    """

    since: datetime
    left: int
    names: tuple[str, ...]
    tick_s: int
    wake_at: datetime | None
    in_a_row: int = 0

    @classmethod
    def from_item(cls, item: Item) -> Parked:
        """By the item that was parked."""
        wake_at = item.get("wake_at")
        return cls(
            since=datetime.fromisoformat(item["parked_at"]),
            left=item.get("awaiting", 0),
            names=tuple(item.get("awaited", ())),
            tick_s=item.get("tick_s", FIRST_TICK_S),
            wake_at=None if wake_at is None else datetime.fromisoformat(wake_at),
            in_a_row=item.get("in_a_row", 0),
        )


ATTRIBUTES = ("parked_at", "awaiting", "awaiting_from", "awaited", "tick_s", "wake_at", "wake_token", "in_a_row")
"""What a parked action's item has besides, and one that is resumed has not."""


def may_have_parked(created_at: datetime, now: datetime) -> bool:
    """Whether the parent of a child that was created then may be parked by now."""
    return (now - created_at).total_seconds() >= SURELY_AWAKE_S


def is_parked(item: Item) -> bool:
    """Whether no invocation works on the action because its task only waits."""
    return "parked_at" in item


def ends_until_woken(awaited: int, in_a_row: int = 0) -> int:
    """How many of the awaited children end before their parent is woken.

    The first of them, twice; then every second time twice as many, and half of them at most. So who races children, or
    takes them as they are completed, hears of each at once, and who awaits 1,000 is woken some 25 times.

    Args:
        awaited: How many children the parent awaits.
        in_a_row: How many times before it was parked without having started a child in between.
    """
    return max(1, min((awaited + 1) // 2, 1 << min(in_a_row // 2, 30)))


def names_kept(awaited: Sequence[str]) -> list[str] | None:
    """The names that the item is to hold; None where they are too many."""
    return list(awaited) if len(awaited) <= NAMES_KEPT else None


class Wakeups:
    """Wakes parked actions."""

    def __init__(self, settings: Settings, clients: Clients, now: Clock = utc_now) -> None:
        self._table = settings.runs_table
        self._clients = clients
        self._now = now

    def keep_token(self, action: ActionId, token: str) -> None:
        """Keeps the token of the execution that waits in `Park`; sends it at once if there is nothing to wait for."""
        item = self._update(action, "SET wake_token = :value", token)
        if item is None:
            # Resumed or ended meanwhile: the execution goes on, and is told so.
            self._send(token)
        else:
            self._wake_if_due(item)

    def child_ended(self, parent: ActionId) -> None:
        """Takes one off what a parked parent awaits. Nothing happens if it is not parked."""
        item = self._update(parent, "ADD awaiting :value", -1)
        if item is None:
            return
        parked = Parked.from_item(item)
        if (self._now() - parked.since).total_seconds() >= PATIENCE_S * (1 + parked.in_a_row):
            self.hurry(parent)
        else:
            self._wake_if_due(item)

    def hurry(self, action: ActionId) -> None:
        """Wakes an action that was just parked: something that it awaits has ended in between."""
        item = self._update(action, "SET awaiting = :value", 0)
        if item is not None:
            self._wake_if_due(item)

    def _wake_if_due(self, item: Item) -> None:
        if item.get("awaiting", 0) <= 0 and "wake_token" in item:
            self._send(item["wake_token"])

    def _send(self, token: str) -> None:
        try:
            self._clients.step_functions.send_task_success(taskToken=token, output=json.dumps({"woken": True}))
        except ClientError as error:
            if error_code(error) not in _TOKEN_IS_OF_THE_PAST:
                raise
            _logger.info("a token was of no use any more: %s", error_code(error))

    def _update(self, action: ActionId, update: str, value: object) -> Item | None:
        """The item after the update; None if the action is not parked."""
        condition, values = "attribute_exists(parked_at)", {":value": value}
        return update_if(self._clients.dynamodb, self._table, key_of(action), update, condition, values)
