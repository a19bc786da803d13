"""Conditions: child actions that nothing runs for, and that end when somebody signals them, or when their time is up.

Each is an item of the kind `condition` in the phase `paused`. Its end is one conditional write like any action's, so
that it ends once, and that its parent is woken by it.
"""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flyte.protocol.conditions import ConditionDetails, ConditionRequest, ConditionValue
from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord, ErrorRecord, PhaseTransition
from functions.control.action_items import id_of, item_of, phase_of, to_record
from functions.control.action_update import ActionUpdate
from functions.control.actions import Actions
from functions.control.attributes import Item
from functions.control.claims import ClaimedAction
from functions.control.clock import Clock, utc_now
from functions.control.errors import ConditionEndedError, ConditionNotFoundError, InvalidRequestError
from functions.control.pauses import Pauses
from functions.control.writes import put_new

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings

_EXAMPLES = {"bool": "true or false", "int": "a whole number", "float": "a number", "str": "a text"}


class Conditions:
    """Makes and ends conditions."""

    def __init__(self, settings: Settings, clients: Clients, actions: Actions, now: Clock = utc_now) -> None:
        self._table = settings.runs_table
        self._retention = timedelta(days=settings.run_retention_days)
        self._clients = clients
        self._actions = actions
        self._pauses = Pauses(settings, clients)
        self._now = now

    def create(self, parent: ClaimedAction, request: ConditionRequest) -> tuple[ConditionDetails, bool]:
        """Opens a condition, for which `parent` is shown as paused.

        Returns:
            What is recorded, and whether it was not before.
        """
        now, action = self._now(), parent.id.action_id(request.name)
        ends_at = None if request.timeout_s is None else now + timedelta(seconds=request.timeout_s)
        details = request.condition.model_copy(update={"ends_at": ends_at})
        found = put_new(self._clients.dynamodb, self._table, self._record(parent, action, details, now))
        if found is None or not phase_of(found).is_terminal:
            # Also of one that was there: whoever recorded it may have died before this.
            self._pauses.begin(action, parent.id.action)
        return (details if found is None else details_of(found) or details), found is None

    def signal(self, action: ActionId, value: ConditionValue, by: str = "") -> ActionRecord:
        """Ends a condition with an answer.

        Raises:
            RunNotFoundError: No such run.
            ActionNotFoundError: No such action in it.
            ConditionNotFoundError: The action is no condition.
            ConditionEndedError: It has ended.
            InvalidRequestError: The value is of another type than the condition asks for.
        """
        item = self._actions.get(action)
        details = details_of(item)
        if details is None:
            raise ConditionNotFoundError(
                f"The action {action.action!r} of {action.run!r} is a {item.get('kind', 'task')}, not a condition. "
                f"List the conditions with: flyte get condition {action.run}"
            )
        if _is_over(details, self._now()):
            item = self.expire(action)
        elif self._actions.phase(action.action_id(item["parent"])).is_terminal:
            item = self._abandon(action)
        if phase_of(item).is_terminal:
            raise _ended(item, details)
        answer, token = _typed(details, value), secrets.token_hex(16)
        update = (
            ActionUpdate(action, self._now())
            .enter(ActionPhase.SUCCEEDED)
            .put("outputs", json.dumps({"o0": answer}, ensure_ascii=False))
            .put("condition", details.model_copy(update={"signalled_by": by}).to_dict())
            .put("request_token", token)
        )
        item, is_written = self._actions.write(update)
        # Refused by its own first sending, whose answer was lost, it was made all the same.
        if not is_written and item.get("request_token") != token:
            raise _ended(item, details)
        return to_record(item)

    def expire(self, action: ActionId) -> Item:
        """Ends a condition whose time is up. Nothing happens if it has ended already, or not reached its end."""
        item = self._actions.get(action)
        details = details_of(item)
        if details is None or phase_of(item).is_terminal or not _is_over(details, self._now()):
            return item
        message = f"nobody signalled the condition {details.name!r} until {details.ends_at:%Y-%m-%d %H:%M:%S} UTC"
        error = ErrorRecord(code="ConditionTimedoutError", kind="user", message=message)
        update = ActionUpdate(action, self._now()).enter(ActionPhase.TIMED_OUT).put("error", error.to_dict())
        return self._actions.write(update)[0]

    def _abandon(self, action: ActionId) -> Item:
        """Ends a condition that outlived its task, because whoever ended that could not."""
        reason = "The task that had made the condition has ended."
        update = ActionUpdate(action, self._now()).enter(ActionPhase.ABORTED).put("abort_reason", reason)
        return self._actions.write(update)[0]

    def _record(self, parent: ClaimedAction, action: ActionId, details: ConditionDetails, now: datetime) -> Item:
        record = ActionRecord(
            id=action,
            kind="condition",
            parent=parent.id.action,
            task_name=details.name,
            task_version=parent.spec.version,
            short_name=details.name,
            phase=ActionPhase.PAUSED,
            created_at=now,
            updated_at=now,
            started_at=now,
            created_by=parent.created_by,
            transitions=(PhaseTransition(phase=ActionPhase.PAUSED, at=now),),
            condition=details,
        )
        return {**item_of(record, self._retention), "attempt": 0}


def details_of(item: Item) -> ConditionDetails | None:
    """What the condition asks for; None of an action that is none."""
    return ConditionDetails.model_validate(item["condition"]) if "condition" in item else None


def _is_over(details: ConditionDetails, now: datetime) -> bool:
    return details.ends_at is not None and details.ends_at <= now


def _typed(details: ConditionDetails, value: ConditionValue) -> ConditionValue:
    """The value, if it is one that the condition asks for; whole numbers are numbers."""
    given, wanted = type(value).__name__, details.data_type
    if given == wanted:
        return value
    if wanted == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    raise InvalidRequestError(
        f"value: the condition {details.name!r} asks for {_EXAMPLES[wanted]} ({wanted}), not for one of type {given}."
    )


def _ended(item: Item, details: ConditionDetails) -> ConditionEndedError:
    how = {
        ActionPhase.SUCCEEDED: "has been signalled already",
        ActionPhase.TIMED_OUT: "has timed out",
        ActionPhase.ABORTED: "is not waited for any more",
    }
    action, phase = id_of(item), phase_of(item)
    return ConditionEndedError(
        f"The condition {details.name!r} of {action.run!r} {how.get(phase, f'has {phase.value}')}: there is nothing to "
        f"signal. See it with: flyte get condition {action.run}"
    )
