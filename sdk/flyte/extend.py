"""For packages that extend the SDK: what of it has a meaning here, and the rest, refused by name when it is used."""

from __future__ import annotations

import sys
import types
from importlib import import_module
from typing import Any

from ._initialize import get_init_state
from ._task import AsyncFunctionTaskTemplate, TaskTemplate
from ._task_plugins import TaskPluginRegistry
from ._unsupported import refusing

__all__ = [
    "PRIMARY_CONTAINER_DEFAULT_NAME",
    "AsyncFunctionTaskTemplate",
    "TaskPluginRegistry",
    "TaskTemplate",
    "is_initialized",
    "lazy_module",
]

PRIMARY_CONTAINER_DEFAULT_NAME = "primary"
"""The name of a pod's container: kept for programs that name it."""

_REFUSED = (
    "ImageBuildEngine",
    "ImageBuilder",
    "ImageChecker",
    "RuntimeTaskTemplate",
    "download_code_bundle",
    "get_proto_extended_resources",
    "get_proto_resources",
    "pod_spec_from_resources",
)

__getattr__ = refusing(
    __name__, _REFUSED, "it describes tasks to containers and clusters, and a task is a function here"
)


def is_initialized() -> bool:
    """Whether `flyte.init` or one of its kind was called."""
    return get_init_state() is not None


class _Late(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self.__name__), name)


def lazy_module(fullname: str) -> types.ModuleType:
    """The module, loaded when something of it is first asked for; then, if there is none, `ModuleNotFoundError`."""
    return sys.modules.get(fullname) or _Late(fullname)
