"""Public model classes under the names that Flyte gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._context import NO_TASK_CONTEXT as NULL_TASK_CONTEXT
from ._context import ActionID, CheckpointPaths, GroupData, PathRewrite, RawDataPath, TaskContext
from ._lazy import lazily
from ._unsupported import unsupported_class
from .protocol.limits import DEFAULT_MAX_INLINE_IO_BYTES as MAX_INLINE_IO_BYTES
from .protocol.phases import ActionPhase

if TYPE_CHECKING:
    from .remote._code import CodeBundle
    from .types import NativeInterface

SerializationContext = unsupported_class(
    "flyte.models.SerializationContext", "tasks are described to containers with it, and Lambda runs Python"
)

__all__ = [
    "MAX_INLINE_IO_BYTES",
    "NULL_TASK_CONTEXT",
    "ActionID",
    "ActionPhase",
    "CheckpointPaths",
    "CodeBundle",
    "GroupData",
    "NativeInterface",
    "PathRewrite",
    "RawDataPath",
    "SerializationContext",
    "TaskContext",
    "generate_random_name",
]


def generate_random_name() -> str:
    """A name that no other run or action has."""
    import uuid

    return f"r{uuid.uuid4().hex[:19]}"


__getattr__, _ = lazily("flyte", {"NativeInterface": "types", "CodeBundle": "remote._code"})
