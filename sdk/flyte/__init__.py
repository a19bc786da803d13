"""Flyte on AWS Lambda: tasks in plain Python, run and deployed on a serverless backend.

Public names load when first used, so that `import flyte` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from . import durable, errors, git, models, notify, remote, report
    from ._cache import Cache, CachePolicy, CacheRequest, FunctionBodyPolicy, VersionParameters
    from ._checkpoint import BaseCheckpoint, Checkpoint, latest_checkpoint
    from ._context import ctx, custom_context, get_custom_context, group
    from ._deploy import deploy
    from ._documentation import Documentation, Link, PodTemplate
    from ._environment import Environment, TaskEnvironment
    from ._image import Image
    from ._initialize import (
        current_domain,
        current_project,
        init,
        init_from_api_key,
        init_from_config,
        init_in_cluster,
        init_passthrough,
        is_control_plane_available,
    )
    from ._logging import logger, system_logger
    from ._map import map_ as map  # noqa: A004 - Flyte's name
    from ._resources import Resources
    from ._retry import Backoff, RetryStrategy
    from ._reusable import ReusePolicy
    from ._run import rerun, run, with_runcontext
    from ._secret import Secret, SecretRequest
    from ._task import AsyncFunctionTaskTemplate, TaskTemplate
    from ._timeout import Timeout, TimeoutType
    from ._trace import trace
    from ._trigger import Cron, FixedRate, OnArtifact, Trigger, TriggeredArtifact, TriggeredPartition, TriggerTime

_HOMES = {
    "_cache": ("Cache", "CachePolicy", "CacheRequest", "FunctionBodyPolicy", "VersionParameters"),
    "_checkpoint": ("BaseCheckpoint", "Checkpoint", "latest_checkpoint"),
    "_context": ("ctx", "custom_context", "get_custom_context", "group"),
    "_documentation": ("Documentation", "Link", "PodTemplate"),
    "_environment": ("Environment", "TaskEnvironment"),
    "_image": ("Image",),
    "_initialize": (
        "current_domain",
        "current_project",
        "init",
        "init_from_api_key",
        "init_from_config",
        "init_in_cluster",
        "init_passthrough",
        "is_control_plane_available",
    ),
    "_logging": ("logger", "system_logger"),
    "_resources": ("Resources",),
    "_retry": ("Backoff", "RetryStrategy"),
    "_reusable": ("ReusePolicy",),
    "_run": ("rerun", "run", "with_runcontext"),
    "_secret": ("Secret", "SecretRequest"),
    "_task": ("AsyncFunctionTaskTemplate", "TaskTemplate"),
    "_timeout": ("Timeout", "TimeoutType"),
    "_trace": ("trace",),
    "_trigger": (
        "Cron",
        "FixedRate",
        "OnArtifact",
        "Trigger",
        "TriggerTime",
        "TriggeredArtifact",
        "TriggeredPartition",
    ),
    "_deploy": ("deploy",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
_SUBMODULES = frozenset(
    {"config", "durable", "errors", "git", "io", "models", "notify", "remote", "report", "storage", "types"}
)

__all__ = [
    "AsyncFunctionTaskTemplate",
    "Backoff",
    "BaseCheckpoint",
    "Cache",
    "CachePolicy",
    "CacheRequest",
    "Checkpoint",
    "Cron",
    "Documentation",
    "Environment",
    "FixedRate",
    "FunctionBodyPolicy",
    "Image",
    "Link",
    "OnArtifact",
    "PodTemplate",
    "Resources",
    "RetryStrategy",
    "ReusePolicy",
    "Secret",
    "SecretRequest",
    "TaskEnvironment",
    "TaskTemplate",
    "Timeout",
    "TimeoutType",
    "Trigger",
    "TriggerTime",
    "TriggeredArtifact",
    "TriggeredPartition",
    "VersionParameters",
    "__version__",
    "ctx",
    "current_domain",
    "current_project",
    "custom_context",
    "deploy",
    "durable",
    "errors",
    "get_custom_context",
    "git",
    "group",
    "init",
    "init_from_api_key",
    "init_from_config",
    "init_in_cluster",
    "init_passthrough",
    "is_control_plane_available",
    "latest_checkpoint",
    "logger",
    "map",
    "models",
    "notify",
    "remote",
    "report",
    "rerun",
    "run",
    "system_logger",
    "trace",
    "version",
    "with_runcontext",
]


def version() -> str:
    """The version of this package."""
    return __version__


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return import_module(f".{name}", __name__)
    if name == "map":
        value = import_module("._map", __name__).map_
    elif name in _HOME_OF:
        value = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    else:
        import difflib

        near = difflib.get_close_matches(name, __all__, n=1)
        hint = f"; did you mean flyte.{near[0]}?" if near else ""
        raise AttributeError(f"module 'flyte' has no attribute {name!r}{hint}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
