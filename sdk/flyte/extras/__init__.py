"""Tasks that are no Python functions, and tools for those that are."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ._batcher import BatchStats, CostEstimator, DynamicBatcher, Prompt, TokenBatcher, TokenEstimator
from ._container import ContainerTask
from ._sleep import Sleep, SleepTask

__all__ = [
    "BatchStats",
    "ContainerTask",
    "CostEstimator",
    "DynamicBatcher",
    "Prompt",
    "Sleep",
    "SleepTask",
    "TokenBatcher",
    "TokenEstimator",
    "model_streamer",
    "shell",
    "webhooks",
]

_REASONS = {
    "serialize": "the specification of a task is made by flyte.with_runcontext(dry_run=True)",
    "serialize_env": "the specifications of tasks are made by flyte.deploy(dry_run=True)",
}
_SUBMODULES = frozenset({"model_streamer", "shell", "webhooks"})


def __getattr__(name: str) -> Any:
    from flyte._unsupported import unsupported_class

    if name in _SUBMODULES:
        return import_module(f".{name}", __name__)
    if name not in _REASONS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return unsupported_class(f"{__name__}.{name}", _REASONS[name])
