"""Aborting: the record first, so that nobody starts or continues it, then the execution."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from flyte.protocol.costs import Usage
from flyte.protocol.identity import ActionId, RunId
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

    def abort_all(self, run: RunId, names: Sequence[str], reason: str) -> None:
        """Aborts these actions of a run and all their descendants; those that have ended stay as they are.

        However many there are, what is below them is found in one listing of the run.
        """
        ended = self._end_open(run, names, reason)
        if ended:
            self._end_below(run, ended, reason)

    def end_below(self, action: ActionId, reason: str) -> None:
        """Aborts all open descendants of an action that has ended, however it did; adds up what all of them took."""
        self._end_below(action, [action.action], reason)

    def _end_below(self, run: RunId, parents: Sequence[str], reason: str) -> None:
        """As `end_below`, for several actions of a run, none of them below another."""
        had_open: set[str] = set()
        for _look in range(_LOOKS):
            children = self._children(run)
            below = {parent: _descendants(children, parent) for parent in parents}
            left = {
                parent: [record.id.action for record in records if not record.phase.is_terminal]
                for parent, records in below.items()
            }
            had_open |= {parent for parent, names in left.items() if names}
            names = [name for of_one in left.values() for name in of_one]
            if not names:
                for parent in had_open:
                    self._actions.count_below(run.action_id(parent), sum(map(usage_of, below[parent]), Usage()))
                return
            self._end_open(run, names, reason)

    def _end_open(self, run: RunId, names: Sequence[str], reason: str) -> list[str]:
        """Aborts these actions, and gives those that had not ended by themselves."""
        with ThreadPoolExecutor(min(_AT_ONCE, len(names)), "aborts") as beside:
            ended = beside.map(lambda name: self._end_if_open(run.action_id(name), reason), names)
            return [name for name, is_ended in zip(names, ended, strict=True) if is_ended]

    def _end_if_open(self, action: ActionId, reason: str) -> bool:
        try:
            self._end(action, reason)
        except RunAlreadyEndedError:
            _logger.info("%s/%s ended by itself meanwhile", action.key, action.action)
            return False
        return True

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

    def _children(self, run: RunId) -> dict[str | None, list[ActionRecord]]:
        """All actions of the run, by their parents."""
        children: dict[str | None, list[ActionRecord]] = {}
        with contextlib.suppress(RunNotFoundError):
            for record in self._listing.every_action(run):
                children.setdefault(record.parent, []).append(record)
        return children


def _descendants(children: Mapping[str | None, list[ActionRecord]], action: str) -> list[ActionRecord]:
    """The actions below, parents before children. Open ones may be below one that has ended."""
    found: list[ActionRecord] = []
    level = [action]
    while level:
        records = [record for parent in level for record in children.get(parent, [])]
        found += records
        level = [record.id.action for record in records]
    return found
