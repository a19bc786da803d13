"""Environments become versions on the backend: plan (what would change), then apply.

Named with an underscore, because `flyte.deploy` is Flyte's function: importing a package binds its name in `flyte`.
"""

from __future__ import annotations

from importlib import import_module
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
