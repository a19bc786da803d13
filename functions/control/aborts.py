"""Aborting: the record first, so that nobody starts or continues it, then the execution."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

from flyte.protocol.costs import Usage
from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord
from functions.control.action_items import is_root, phase_of, to_record
from functions.control.actions import Actions
from functions.control.attributes import Item
from functions.control.errors import RunAlreadyEndedError, RunNotFoundError
from functions.control.executions import Executions
from functions.control.listing import Listing
from functions.control.usage import usage_of

_REASON_CHARS = 1000
_AT_ONCE = 16
"""Actions that are ended beside each other: each is three requests, and a tree of hundreds is to end in seconds."""
_LOOKS = 5
"""A worker notices within seconds that its action was aborted; children that it starts until then are found later."""

_logger = logging.getLogger(__name__)


class Aborts:
    """Ends actions, and everything below them, because somebody asks for it."""

    def __init__(self, actions: Actions, listing: Listing, executions: Executions) -> None:
        self._actions = actions
        self._listing = listing
        self._executions = executions

    def abort(self, action: ActionId, reason: str, by: str = "") -> ActionRecord:
        """Aborts an action and all its descendants. Aborting what is aborted again changes nothing.

        Raises:
            RunNotFoundError: No such run.
            ActionNotFoundError: No such action in it.
            RunAlreadyEndedError: It ended otherwise before.
        """
        because = (reason or f"Aborted by {by or 'a request'}.")[:_REASON_CHARS]
        record = to_record(self._end(action, because))
        self.end_below(action, because)
        return record

    def end_below(self, action: ActionId, reason: str) -> None:
        """Aborts all open descendants of an action that has ended, however it did; adds up what all of them took."""
        for look in range(_LOOKS):
            below = self._below(action)
            names = [record.id.action for record in below if not record.phase.is_terminal]
            if not names:
                if look > 0:
                    self._actions.count_below(action, sum(map(usage_of, below), Usage()))
                return
            with ThreadPoolExecutor(min(_AT_ONCE, len(names)), "aborts") as beside:
                for _ended in beside.map(lambda name: self._end_if_open(action.action_id(name), reason), names):
                    pass  # an error is raised here

    def _end_if_open(self, action: ActionId, reason: str) -> None:
        try:
            self._end(action, reason)
        except RunAlreadyEndedError:
            _logger.info("%s/%s ended by itself meanwhile", action.key, action.action)

    def _end(self, action: ActionId, reason: str) -> Item:
        item = self._record(action, reason)
        self._executions.stop(action, reason)
        return item

    def _record(self, action: ActionId, reason: str) -> Item:
        while True:
            item = self._actions.get(action)
            phase = phase_of(item)
            if phase is ActionPhase.ABORTED:
                return item
            if phase.is_terminal:
                what = f"run {action.run!r}" if is_root(action) else f"action {action.action!r} of {action.run!r}"
                raise RunAlreadyEndedError(f"The {what} has {phase.value} already: there is nothing to abort.")
            aborted = self._actions.abort(item, reason)
            # None: it moved on between the read and the write. It can do so a few times only: attempts are bounded.
            if aborted is not None:
                return aborted

    def _below(self, action: ActionId) -> list[ActionRecord]:
        """The actions below, parents before children. Open ones may be below one that has ended."""
        children: dict[str | None, list[ActionRecord]] = {}
        try:
            for record in self._listing.every_action(action):
                children.setdefault(record.parent, []).append(record)
        except RunNotFoundError:
            return []
        found: list[ActionRecord] = []
        level = [action.action]
        while level:
            records = [record for parent in level for record in children.get(parent, [])]
            found += records
            level = [record.id.action for record in records]
        return found
