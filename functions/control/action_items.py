"""The shape of an action's item in the runs table: its keys, its attributes, and the record that is made of it."""

from __future__ import annotations

import math
import zlib
from datetime import datetime, timedelta
from typing import Any

from flyte.protocol.identity import ROOT_ACTION, ActionId, RunId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord, GroupCount, Outcome, OutcomeStatus
from flyte.protocol.tasks import TaskSpec
from functions.control.attributes import Item
from functions.control.clock import to_iso

OPEN_SHARDS = 4
"""Partitions of the index `open`, so that starting many runs at once does not heat one. The reconciler reads all."""

OPEN_CONDITIONS = "open_conditions"
"""The set of names of conditions that pause the action. While it has any, the running action is shown as paused."""

SHOWN = (*(name for name in ActionRecord.model_fields if name not in {"id", "spec", "cost"}), OPEN_CONDITIONS)
"""Attributes that a record is made of; payloads and the specification stay behind."""


def key_of(action: ActionId) -> dict[str, str]:
    """The item's primary key."""
    return {"pk": action.key, "sk": action.action}


def item_of(record: ActionRecord, retention: timedelta) -> Item:
    """The item of a new action, as far as its record tells it; it is dropped `retention` after its creation."""
    return {
        **record.model_dump(mode="json", exclude_none=True, exclude={"id", "spec"}),
        **key_of(record.id),
        "created_at": to_iso(record.created_at),
        "updated_at": to_iso(record.updated_at),
        "expires_at": int((record.created_at + retention).timestamp()),
    }


def root_index_keys(run: RunId, task_name: str, phase: ActionPhase, created_at: datetime) -> dict[str, str]:
    """What puts a root action into the indexes that runs are listed by."""
    return {
        "scope": run.scope,
        "created_sort": created_sort(created_at, run.run),
        "scope_task": scope_task(run.scope, task_name),
        "scope_phase": scope_phase(run.scope, phase),
    }


def created_sort(created_at: datetime, run: str = "") -> str:
    """The sort key of runs by creation; without a name, the lower bound of that moment."""
    return f"{to_iso(created_at)}#{run}"


def scope_task(scope: str, task_name: str) -> str:
    """The partition of one task's runs."""
    return f"{scope}#{task_name}"


def scope_phase(scope: str, phase: ActionPhase) -> str:
    """The partition of the runs in one phase."""
    return f"{scope}#{phase.value}"


def open_shard(action: ActionId) -> str:
    """The partition of the index `open` that the action is in until it ends."""
    return str(zlib.crc32(f"{action.key}/{action.action}".encode()) % OPEN_SHARDS)


def is_root(action: ActionId) -> bool:
    """Whether the action stands for its run in lists."""
    return action.action == ROOT_ACTION


def id_of(item: Item) -> ActionId:
    """Whose item it is."""
    return ActionId.from_key(item["pk"], item["sk"])


def phase_of(item: Item) -> ActionPhase:
    """The phase that is recorded."""
    return ActionPhase(item["phase"])


def created_at_of(item: Item) -> datetime:
    """When the action was asked for."""
    return datetime.fromisoformat(item["created_at"])


def spec_of(item: Item) -> TaskSpec:
    """The specification that the action runs by."""
    return TaskSpec.model_validate_json(item["spec"])


def to_record(item: Item, *, with_spec: bool = False) -> ActionRecord:
    """The record as clients see it."""
    values: dict[str, Any] = {name: item[name] for name in SHOWN if name in item}
    if values.pop(OPEN_CONDITIONS, None) and phase_of(item) is ActionPhase.RUNNING:
        values["phase"] = ActionPhase.PAUSED
    if with_spec and "spec" in item:
        values["spec"] = spec_of(item)
    if "groups" in item:
        values["groups"] = _counted(item)
    return ActionRecord(id=id_of(item), **values)


def _counted(item: Item) -> dict[str, Any]:
    """The groups of children as recorded; with what has ended while the action was parked, if that can be told."""
    groups = {name: GroupCount.model_validate(count) for name, count in item["groups"].items()}
    going = [name for name, count in groups.items() if count.ended < count.total]
    if len(going) == 1 and (since := max(0, item.get("awaiting_from", 0) - item.get("awaiting", 0))):
        count = groups[going[0]]
        groups[going[0]] = count.model_copy(update={"ended": min(count.total, count.ended + since)})
    return groups


def _wait_s(item: Item) -> int:
    """How long a parked action waits for its token: to its tick or its wake-up, whichever is sooner."""
    tick_s = int(item["tick_s"])
    if item.get("wake_at") is None:
        return tick_s
    left = datetime.fromisoformat(item["wake_at"]) - datetime.fromisoformat(item["parked_at"])
    return min(tick_s, max(1, math.ceil(left.total_seconds())))


def outcome_of(item: Item, attempt: int) -> Outcome:
    """What the record says to a state machine whose attempt just ended, whoever recorded it."""
    phase = phase_of(item)
    if phase in {ActionPhase.SUCCEEDED, ActionPhase.RECOVERED}:
        return Outcome(status=OutcomeStatus.SUCCEEDED, attempt=attempt)
    if phase.is_terminal:
        error = item.get("error") or {}
        reason = "ActionAbortedError" if phase is ActionPhase.ABORTED else phase.value
        return Outcome(
            status=OutcomeStatus.FAILED,
            attempt=attempt,
            error=error.get("code", reason),
            cause=(error.get("message") or item.get("abort_reason") or "")[:1_000],
        )
    if "parked_at" in item:
        return Outcome(status=OutcomeStatus.SUSPENDED, attempt=attempt, wait_s=_wait_s(item))
    return Outcome(status=OutcomeStatus.RETRY, attempt=attempt + 1, wait_s=item.get("retry_wait_s", 0))
