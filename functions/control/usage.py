"""What actions took of AWS, as their records tell it: by themselves, and with what is below them.

An action's own usage follows from its record. That of its children a parent adds up as it sees them end, and keeps it
in its own record with the writes that it makes anyway, when it is parked and when it ends: no child writes for it. What
a parent does not see, such as children that go on when it fails, is added up by whoever ends them; the exact sum of a
run is that of its actions.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flyte.protocol.costs import Usage
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord
from functions.control.action_items import is_root
from functions.control.attributes import Item
from functions.control.parking import may_have_parked

TRANSITIONS, TRANSITIONS_AGAIN = 3, 4
"""Of an action that is invoked once; and for each time that it is tried again or resumed."""

ROOT_WRITE_UNITS, CHILD_WRITE_UNITS, WRITE_UNITS_AGAIN, WRITE_UNITS_KEPT = 48, 13, 12, 3
"""Likewise, with records of 3 KB and the indexes that they are in; and of one that did not run. docs/cost.md counts."""
WRITE_UNITS_TOLD = 3
"""Of telling a parent that may be parked by then."""

_KEPT = Usage(write_units=WRITE_UNITS_KEPT)


def usage_of(record: ActionRecord) -> Usage:
    """What an action took by itself, in invocations that have ended."""
    if record.kind != "task" or record.cache_hit or record.recovered_from is not None:
        return _KEPT
    took = [(attempt.suspensions, attempt.active_ms) for attempt in record.attempts]
    if is_root(record.id):
        return _usage(took, record.memory_mb, ROOT_WRITE_UNITS)
    return _usage(took, record.memory_mb, _write_units(record.created_at, record.ended_at))


def with_below(item: Item) -> Usage:
    """What the item of a child that has ended tells that it took with what is below it: as `usage_of`, but quickly."""
    is_kept = item.get("cache_hit", False) or item["phase"] == ActionPhase.RECOVERED.value
    if is_kept or item.get("kind", "task") != "task":
        return _KEPT
    took = [(int(each.get("suspensions", 0)), int(each.get("active_ms", 0))) for each in item.get("attempts", ())]
    moments = map(datetime.fromisoformat, (item["created_at"], item["ended_at"]))
    usage = _usage(took, int(item.get("memory_mb", 0)), _write_units(*moments))
    return usage if "below" not in item else usage + Usage(**item["below"])


def _write_units(created_at: datetime, ended_at: datetime | None) -> int:
    """Of a child that is invoked once."""
    is_told = ended_at is not None and may_have_parked(created_at, ended_at)
    return CHILD_WRITE_UNITS + (WRITE_UNITS_TOLD if is_told else 0)


def _usage(took: Sequence[tuple[int, int]], memory_mb: int, write_units: int) -> Usage:
    """By the suspensions and the milliseconds of each attempt; with the writes of one that is invoked once."""
    invocations = sum(1 + suspensions for suspensions, _ in took)
    again = max(0, invocations - 1)
    billed_ms = sum(active_ms for _, active_ms in took)
    return Usage(
        actions=1,
        invocations=invocations,
        billed_ms=billed_ms,
        memory_mb_ms=billed_ms * memory_mb,
        transitions=TRANSITIONS + TRANSITIONS_AGAIN * again,
        write_units=write_units + WRITE_UNITS_AGAIN * again,
    )
