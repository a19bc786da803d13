"""Tells of each action that has ended, once, in the log of the function that recorded it: a line, and its metrics."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from functions.control.action_items import id_of, is_root
from functions.control.attributes import Item
from functions.observability.lines import Write, line, timestamp, write_stdout
from functions.observability.metrics import Measured, Metrics

_MESSAGE_CHARS = 500
"""Of an error's message: the record has all of it, and a line is paid for by its bytes."""
_FAILURES = {"failed", "timed_out"}
_MB_PER_GB, _MS_PER_S = 1024, 1000


class EndedActions:
    """Hears of the end of actions. Call it with the item as it was written."""

    def __init__(self, metrics: Metrics, write: Write = write_stdout) -> None:
        self._metrics = metrics
        self._write = write

    def __call__(self, item: Item) -> None:
        """Write the line of an action that ran, or was to run: conditions and traces do not."""
        if item.get("kind", "task") == "task":
            self._write(self._line(item))

    def _line(self, item: Item) -> str:
        action = id_of(item)
        fields = {**_identity(item), **_end(item), **_spans(item)}
        members = self._metrics.members(*self._measured(item, fields))
        code = f": {fields['error']}" if "error" in fields else ""
        message = f"{action.run}/{action.action} {fields['phase']}{code}"
        return line(timestamp(datetime.fromisoformat(item["ended_at"])), "INFO", message, {**fields, **members})

    def _measured(self, item: Item, fields: dict[str, Any]) -> list[Measured]:
        times_ms = {"RunTime": fields["run_ms"], "BilledTime": fields["billed_ms"]} if item["attempts"] else {}
        is_run = is_root(id_of(item))
        counts = {"Actions": 1.0, **({"Runs": 1.0} if is_run else {})}
        # An alarm asks for it, and cannot everywhere add up what phases count.
        failed = {"FailedRuns": 1.0} if is_run and fields["phase"] in _FAILURES else {}
        queued_ms = {"QueueTime": fields["queue_ms"]} if item["attempts"] else {}
        measured = [
            Measured(counts=counts, dimensions={"phase": fields["phase"]}),
            Measured(counts=failed, times_ms={**queued_ms, **times_ms}),
        ]
        if self._metrics.by_task:
            measured += [
                Measured(counts=counts, dimensions={"task": fields["task"], "phase": fields["phase"]}),
                Measured(times_ms=times_ms, dimensions={"task": fields["task"]}),
            ]
        return measured


def _identity(item: Item) -> dict[str, Any]:
    return {
        "event": "action_ended",
        **id_of(item).to_dict(),
        "attempt": len(item["attempts"]),
        "task": item.get("task_name", ""),
        "version": item.get("task_version", ""),
    }


def _end(item: Item) -> dict[str, Any]:
    error = item.get("error")
    if error is None:
        reason = item.get("abort_reason")
        return {"phase": item["phase"], **({"error_message": reason[:_MESSAGE_CHARS]} if reason else {})}
    return {
        "phase": item["phase"],
        "error": error["code"],
        "error_kind": error["kind"],
        "error_message": error["message"][:_MESSAGE_CHARS],
    }


def _spans(item: Item) -> dict[str, Any]:
    """How long it waited, ran, and was paid for, over all attempts."""
    created, started, ended = (_moment(item, name) for name in ("created_at", "started_at", "ended_at"))
    attempts = item["attempts"]
    billed_ms = sum(int(each.get("active_ms", 0)) for each in attempts)
    memory_mb = int(item.get("memory_mb", 0))
    return {
        "queue_ms": _milliseconds(created, started or ended),
        "run_ms": _milliseconds(started, ended),
        "billed_ms": billed_ms,
        "suspended_ms": sum(int(each.get("suspended_ms", 0)) for each in attempts),
        "suspensions": sum(int(each.get("suspensions", 0)) for each in attempts),
        "memory_mb": memory_mb,
        "gb_s": round(billed_ms / _MS_PER_S * memory_mb / _MB_PER_GB, 6),
    }


def _moment(item: Item, name: str) -> datetime | None:
    return datetime.fromisoformat(item[name]) if name in item else None


def _milliseconds(begin: datetime | None, end: datetime | None) -> int:
    if begin is None or end is None:
        return 0
    return max(0, round((end - begin).total_seconds() * _MS_PER_S))
