"""Aborting: the record first, so that nobody starts or continues it, then the execution."""

from __future__ import annotations

from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord
from functions.control.action_items import is_root, phase_of, to_record
from functions.control.actions import Actions
from functions.control.attributes import Item
from functions.control.errors import RunAlreadyEndedError
from functions.control.executions import Executions
from functions.control.listing import Listing

_REASON_CHARS = 1000


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
        for name in self._descendants(action):
            below = action.action_id(name)
            item = self._actions.get(below)
            if not phase_of(item).is_terminal:
                self._end(below, because)
        return record

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

    def _descendants(self, action: ActionId) -> list[str]:
        """Names of the actions below, parents before children."""
        children: dict[str | None, list[str]] = {}
        for record in self._listing.every_action(action):
            if not record.phase.is_terminal:
                children.setdefault(record.parent, []).append(record.id.action)
        found: list[str] = []
        level = [action.action]
        while level:
            level = [name for parent in level for name in children.get(parent, [])]
            found += level
        return found
