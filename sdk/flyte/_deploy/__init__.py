"""Environments become versions on the backend: plan (what would change), then apply.

Named with an underscore, because `flyte.deploy` is Flyte's function: importing a package binds its name in `flyte`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte._lazy import lazily

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

__getattr__, __dir__ = lazily(__name__, _HOME)
