"""Flyte on AWS Lambda: tasks in plain Python, run and deployed on a serverless backend.

Public names load when first used, so that `import flyte` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from . import durable, errors, git, models, notify, remote, report
    from ._accelerators import AMD_GPU, APPLE_SILICON, GPU, HABANA_GAUDI, TPU, Device, DeviceClass, Neuron
    from ._build import ImageBuild, build, build_images
    from ._cache import Cache, CachePolicy, CacheRequest, FunctionBodyPolicy, VersionParameters
    from ._checkpoint import BaseCheckpoint, Checkpoint, latest_checkpoint
    from ._condition import ConditionWebhook, new_condition
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
    from ._serve import AppHandle, load_interactive_ctx, load_plugin_config, run_python_script, serve, with_servecontext
    from ._task import AsyncFunctionTaskTemplate, TaskTemplate
    from ._timeout import Timeout, TimeoutType
    from ._trace import trace
    from ._trigger import Cron, FixedRate, OnArtifact, Trigger, TriggeredArtifact, TriggeredPartition, TriggerTime

_HOMES = {
    "_accelerators": (
        "AMD_GPU",
        "APPLE_SILICON",
        "Device",
        "DeviceClass",
        "GPU",
        "HABANA_GAUDI",
        "Neuron",
        "TPU",
    ),
    "_build": (
        "ImageBuild",
        "build",
        "build_images",
    ),
    "_cache": (
        "Cache",
        "CachePolicy",
        "CacheRequest",
        "FunctionBodyPolicy",
        "VersionParameters",
    ),
    "_checkpoint": (
        "BaseCheckpoint",
        "Checkpoint",
        "latest_checkpoint",
    ),
    "_condition": (
        "ConditionWebhook",
        "new_condition",
    ),
    "_context": (
        "ctx",
        "custom_context",
        "get_custom_context",
        "group",
    ),
    "_deploy": ("deploy",),
    "_documentation": (
        "Documentation",
        "Link",
        "PodTemplate",
    ),
    "_environment": (
        "Environment",
        "TaskEnvironment",
    ),
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
    "_logging": (
        "logger",
        "system_logger",
    ),
    "_resources": ("Resources",),
    "_retry": (
        "Backoff",
        "RetryStrategy",
    ),
    "_reusable": ("ReusePolicy",),
    "_run": (
        "rerun",
        "run",
        "with_runcontext",
    ),
    "_secret": (
        "Secret",
        "SecretRequest",
    ),
    "_serve": (
        "AppHandle",
        "load_interactive_ctx",
        "load_plugin_config",
        "run_python_script",
        "serve",
        "with_servecontext",
    ),
    "_task": (
        "AsyncFunctionTaskTemplate",
        "TaskTemplate",
    ),
    "_timeout": (
        "Timeout",
        "TimeoutType",
    ),
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
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
_SUBMODULES = frozenset(
    {
        "ai",
        "app",
        "artifacts",
        "clustered",
        "config",
        "connectors",
        "durable",
        "errors",
        "extend",
        "extras",
        "git",
        "io",
    }
    | {"models", "notify", "prefetch", "remote", "report", "sandbox", "storage", "syncify", "types"}
)

__all__ = [
    "AMD_GPU",
    "APPLE_SILICON",
    "GPU",
    "HABANA_GAUDI",
    "TPU",
    "AppHandle",
    "AsyncFunctionTaskTemplate",
    "Backoff",
    "BaseCheckpoint",
    "Cache",
    "CachePolicy",
    "CacheRequest",
    "Checkpoint",
    "ConditionWebhook",
    "Cron",
    "Device",
    "DeviceClass",
    "Documentation",
    "Environment",
    "FixedRate",
    "FunctionBodyPolicy",
    "Image",
    "ImageBuild",
    "Link",
    "Neuron",
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
    "build",
    "build_images",
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
    "load_interactive_ctx",
    "load_plugin_config",
    "logger",
    "map",
    "models",
    "new_condition",
    "notify",
    "remote",
    "report",
    "rerun",
    "run",
    "run_python_script",
    "serve",
    "system_logger",
    "trace",
    "version",
    "with_runcontext",
    "with_servecontext",
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
