"""Public model classes under the names that Flyte gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._context import ActionID, GroupData, RawDataPath, TaskContext
from .protocol.limits import DEFAULT_MAX_INLINE_IO_BYTES as MAX_INLINE_IO_BYTES
from .protocol.phases import ActionPhase

if TYPE_CHECKING:
    from .types import NativeInterface

__all__ = [
    "MAX_INLINE_IO_BYTES",
    "ActionID",
    "ActionPhase",
    "GroupData",
    "NativeInterface",
    "RawDataPath",
    "TaskContext",
]


def __getattr__(name: str) -> Any:
    if name == "NativeInterface":
        from .types import NativeInterface

        return NativeInterface
    raise AttributeError(f"module 'flyte.models' has no attribute {name!r}")
