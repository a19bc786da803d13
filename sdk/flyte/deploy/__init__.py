"""Environments become versions on the backend: plan (what would change), then apply.

`flyte.deploy` is Flyte's function. This package has the same name, and importing any part of it binds that name to
the package: so the package can be called, and awaited as `.aio`, like the function.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._deploy import deploy
    from ._deployment import DeployedTask, DeployedTaskEnvironment, Deployment
    from ._plan import DeploymentPlan, make_plan
    from ._specify import specify

__all__ = [
    "DeployedTask",
    "DeployedTaskEnvironment",
    "Deployment",
    "DeploymentPlan",
    "deploy",
    "make_plan",
    "specify",
]

_HOME = {
    "DeployedTask": "_deployment",
    "DeployedTaskEnvironment": "_deployment",
    "Deployment": "_deployment",
    "DeploymentPlan": "_plan",
    "deploy": "_deploy",
    "make_plan": "_plan",
    "specify": "_specify",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__


class _CallablePackage(ModuleType):
    """This package, as the function of the same name."""

    def __call__(self, *envs: Any, **options: Any) -> Any:
        return import_module("._deploy", __name__).deploy(*envs, **options)

    @property
    def aio(self) -> Any:
        """The function as a coroutine function."""
        return import_module("._deploy", __name__).deploy.aio


sys.modules[__name__].__class__ = _CallablePackage
