"""The actions of a run as a tree, and what each cost: for `flyte get action`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from flyte_cli.costs import dollars
from flyte_cli.progress import duration
from flyte_cli.shown import moment, took

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flyte.protocol.runs import ActionRecord, Attempt

_INDENT = "  "


class Times(NamedTuple):
    """Where the time of an attempt, or of all of an action's, went: in invocations, which are billed, or nowhere."""

    billed: timedelta
    suspended: timedelta


class Placed(NamedTuple):
    """An action with how many others it is below."""

    depth: int
    record: ActionRecord


def as_tree(records: Iterable[ActionRecord]) -> Iterator[Placed]:
    """Parents before their children, children in the order of their creation. Without its parent, one is at the top."""
    listed = sorted(records, key=lambda record: record.created_at)
    names = {record.id.action for record in listed}
    below: dict[str | None, list[ActionRecord]] = {}
    for record in listed:
        below.setdefault(record.parent if record.parent in names else None, []).append(record)
    waiting = [Placed(0, record) for record in reversed(below.get(None, ()))]
    while waiting:
        placed = waiting.pop()
        yield placed
        children = below.get(placed.record.id.action, ())
        waiting.extend(Placed(placed.depth + 1, child) for child in reversed(children))


def tree_row(placed: Placed, now: datetime | None = None) -> dict[str, str]:
    """An action in the tree."""
    record, times = placed.record, times_of(placed.record, now)
    ran = bool(record.attempts)
    return {
        "action": _INDENT * placed.depth + record.id.action,
        "task": record.task_name,
        "kind": "cached" if record.cache_hit else record.kind,
        "phase": record.phase.value,
        "attempts": str(len(record.attempts)) if ran else "",
        "took": took(record) if record.kind != "trace" else "",
        "billed": _shown(times.billed) if ran else "",
        "suspended": _shown(times.suspended) if times.suspended else "",
        "cost": dollars(record.cost.own_usd) if record.cost and ran else "",
        "group": record.group or "",
    }


def tree_document(placed: Placed, now: datetime | None = None) -> dict[str, Any]:
    """The same for JSON: the record, its place in the tree, and its times."""
    times = times_of(placed.record, now)
    return placed.record.to_dict() | {
        "depth": placed.depth,
        "billed_ms": _milliseconds(times.billed),
        "suspended_ms": _milliseconds(times.suspended),
    }


def times_of(record: ActionRecord, now: datetime | None = None) -> Times:
    """The times of all attempts, and of one that is not over, so far."""
    each = [attempt_times(record, attempt, now) for attempt in record.attempts]
    return Times(
        sum((times.billed for times in each), timedelta(0)), sum((times.suspended for times in each), timedelta(0))
    )


def attempt_times(record: ActionRecord, attempt: Attempt, now: datetime | None = None) -> Times:
    """The times of one attempt. What is recorded leaves out the invocation that is on, and the wait that is."""
    billed, suspended = timedelta(milliseconds=attempt.active_ms), timedelta(milliseconds=attempt.suspended_ms)
    if attempt.ended_at is None:
        until = now or datetime.now(UTC)
        if record.parked_at is not None:
            suspended += max(until - record.parked_at, timedelta(0))
        elif not record.phase.is_terminal:
            billed += max(until - (attempt.resumed_at or attempt.started_at), timedelta(0))
    return Times(billed, suspended)


def attempt_lines(record: ActionRecord, now: datetime | None = None) -> dict[str, str]:
    """What is known of each attempt, for the details of an action."""
    return {f"attempt {each.number}": "\n".join(_attempt(record, each, now)) for each in record.attempts}


def _attempt(record: ActionRecord, attempt: Attempt, now: datetime | None) -> Sequence[str]:
    times = attempt_times(record, attempt, now)
    lines = [f"{moment(attempt.started_at)} to {moment(attempt.ended_at) or 'now'}", f"billed {_shown(times.billed)}"]
    waits = attempt.suspensions + (attempt.ended_at is None and record.parked_at is not None)
    if waits:
        lines.append(f"suspended {_shown(times.suspended)}, {waits} {'time' if waits == 1 else 'times'}")
    if attempt.resumed_at is not None:
        lines.append(f"resumed last at {moment(attempt.resumed_at)}")
    if attempt.error is not None:
        lines.append(attempt.error.title)
    if attempt.log_stream:
        lines.append(f"log {attempt.log_group} {attempt.log_stream}")
    return lines


def _shown(time: timedelta) -> str:
    return duration(time.total_seconds())


def _milliseconds(time: timedelta) -> int:
    return round(time.total_seconds() * 1000)
