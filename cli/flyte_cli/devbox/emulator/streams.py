"""DynamoDB's streams: they keep what a function is to be told of, and nothing else, and that until it was.

Ministack itself keeps both images of each write for a day, in memory; and after a restart it goes on reading where it
was, in a stream that has become empty.
"""

# ruff: noqa: SLF001 - it adapts ministack from inside
from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from ministack.services import dynamodb, lambda_svc  # type: ignore[import-not-found]

if TYPE_CHECKING:
    from collections.abc import Callable

_KEPT = ("_stream_records", "_stream_trimmed")


def install() -> None:
    """Put a filter before the streams, and what they hold into the saved state."""
    dynamodb._emit_stream_event = _filtered(dynamodb._emit_stream_event)
    dynamodb.get_state = _with_streams(dynamodb.get_state)
    dynamodb.load_persisted_state = _and_streams(dynamodb.load_persisted_state)


def _filtered(emit: Callable[..., None]) -> Callable[..., None]:
    def told(table: str, event: str, old: Any, new: Any, **options: Any) -> None:
        images = {name: image for name, image in (("OldImage", old), ("NewImage", new)) if image}
        record = {"eventName": event, "dynamodb": images}
        if any(lambda_svc._apply_filter_criteria([record], mapping) for mapping in _mappings_of(table)):
            emit(table, event, old, new, **options)

    return told


def _mappings_of(table: str) -> list[dict[str, Any]]:
    """Those by which functions read the table's stream."""
    return [each for _, _, each in lambda_svc._iter_all_esms() if f":table/{table}/stream/" in each["EventSourceArn"]]


def _with_streams(state: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    return lambda: state() | {name: copy.deepcopy(getattr(dynamodb, name)) for name in _KEPT}


def _and_streams(load: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    def loaded(data: dict[str, Any]) -> None:
        load(data)
        for name in _KEPT:
            getattr(dynamodb, name).update(data.get(name, {}))

    return loaded
