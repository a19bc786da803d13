"""Tasks that are no Python functions, and tools for those that are."""

from __future__ import annotations

from typing import Any

from ._container import ContainerTask

__all__ = ["ContainerTask", "shell"]

_REASONS = {
    "shell": "shell tasks run in a container, and Lambda runs Python; call subprocess.run in a Python task",
    "Sleep": "a task that only waits is a Python task with flyte.durable.sleep",
    "SleepTask": "a task that only waits is a Python task with flyte.durable.sleep",
    "serialize": "the specification of a task is made by flyte.with_runcontext(dry_run=True)",
    "serialize_env": "the specifications of tasks are made by flyte.deploy(dry_run=True)",
    "webhooks": "Lambda runs no servers that stay up; start runs from your own with flyte.run",
    "model_streamer": "models are streamed to GPUs, which Lambda has none of; read them with flyte.io.File",
}


def __getattr__(name: str) -> Any:
    from flyte._unsupported import unsupported_class

    if name not in _REASONS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return unsupported_class(f"{__name__}.{name}", _REASONS[name])
