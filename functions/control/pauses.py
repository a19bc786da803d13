"""Which actions wait for a person: those whose tasks have made conditions that are open, and the roots of their runs.

Such an action is `running` and is shown as `paused`. The marks are for people, and for whoever ends an action: its
open conditions end with it. So each write is of one name, and can be repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flyte.protocol.identity import ROOT_ACTION, ActionId
from flyte.protocol.phases import ActionPhase
from functions.control.action_items import OPEN_CONDITIONS, key_of, scope_phase
from functions.control.attributes import Item
from functions.control.writes import update_if

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings

_RUNS, _RUNNING = "phase = :running", {":running": ActionPhase.RUNNING.value}


class Pauses:
    """Marks the actions that a condition pauses."""

    def __init__(self, settings: Settings, clients: Clients) -> None:
        self._table = settings.runs_table
        self._clients = clients

    def begin(self, condition: ActionId, parent: str) -> None:
        """The condition is open."""
        for action in _paused_by(condition, parent):
            update, values = f"ADD {OPEN_CONDITIONS} :names", _names(condition)
            if action.action == ROOT_ACTION:
                update += " SET scope_phase = :phase"
                values[":phase"] = scope_phase(action.scope, ActionPhase.PAUSED)
            self._update(action, update, _RUNS, {**values, **_RUNNING})

    def end(self, condition: ActionId, parent: str) -> None:
        """The condition has ended."""
        for action in _paused_by(condition, parent):
            item = self._update(action, f"DELETE {OPEN_CONDITIONS} :names", "attribute_exists(pk)", _names(condition))
            if item is not None and action.action == ROOT_ACTION and OPEN_CONDITIONS not in item:
                # Unless another one has begun in between.
                self._update(
                    action,
                    "SET scope_phase = :phase",
                    f"{_RUNS} AND attribute_not_exists({OPEN_CONDITIONS})",
                    {":phase": scope_phase(action.scope, ActionPhase.RUNNING), **_RUNNING},
                )

    def _update(self, action: ActionId, update: str, condition: str, values: Mapping[str, object]) -> Item | None:
        """The item after the update; None if the condition did not hold."""
        return update_if(self._clients.dynamodb, self._table, key_of(action), update, condition, values)


def _names(condition: ActionId) -> dict[str, object]:
    return {":names": {condition.action}}


def _paused_by(condition: ActionId, parent: str) -> tuple[ActionId, ...]:
    return tuple(condition.action_id(name) for name in dict.fromkeys((parent, ROOT_ACTION)))
