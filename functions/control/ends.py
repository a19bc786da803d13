"""Who is told when an action has ended, by whomever. The end is recorded before, and nothing here can undo it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from functions.control import parking
from functions.control.action_items import OPEN_CONDITIONS, created_at_of
from functions.control.action_update import ActionUpdate
from functions.control.attributes import Item
from functions.control.clock import Clock
from functions.control.pauses import Pauses
from functions.control.reservations import RESERVES, Reservations

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings

Tell = Callable[[Item], None]
"""Hears of an action's end, once: gets the item as it was written."""

Write = Callable[[ActionUpdate], object]

_logger = logging.getLogger(__name__)


def nobody(_item: Item) -> None:
    """Tells nobody."""


class Ends:
    """Tells of ends."""

    def __init__(self, settings: Settings, clients: Clients, now: Clock, tell: Tell) -> None:
        self._wakeups = parking.Wakeups(settings, clients, now)
        self._pauses = Pauses(settings, clients)
        self._reservations = Reservations(settings, clients, now)
        self._now = now
        self._tell = tell

    def tell(self, action: ActionId, item: Item, write: Write) -> None:
        """Wakes who may wait for the action or its result, and ends the conditions that its task has left open.

        Args:
            action: What has ended.
            item: As it was written.
            write: Ends those conditions.
        """
        try:
            if "parent" in item and self._may_be_waited_for(item):
                self._wakeups.child_ended(action.action_id(item["parent"]))
            if RESERVES in item:
                self._reservations.release(action, item[RESERVES], self._wakeups.hurry)
            if item.get("kind") == "condition":
                self._pauses.end(action, item["parent"])
            for name in item.get(OPEN_CONDITIONS, ()):
                left = ActionUpdate(action.action_id(name), self._now()).enter(ActionPhase.ABORTED)
                write(left.put("abort_reason", "The task that had made the condition has ended."))
        except (ClientError, BotoCoreError):
            # The end is recorded: the parent's tick finds it, and so does who signals a condition that is left.
            _logger.exception("could not tell others of the end of %s/%s", action.key, action.action)
        try:
            self._tell(item)
        except Exception:
            # The end is recorded: whoever counts ends must not undo it.
            _logger.exception("the end of %s/%s could not be told", action.key, action.action)

    def _may_be_waited_for(self, item: Item) -> bool:
        """Whether its parent may be parked by now; asked once the end is written, so a parent parked later sees it."""
        return item.get("kind") != "task" or parking.may_have_parked(created_at_of(item), self._now())
