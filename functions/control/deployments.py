"""Deploying: artifacts first, then each environment in a transaction of its own."""

from __future__ import annotations

from flyte.protocol.api import DeployedEnvironment, DeployRequest, DeployResponse
from flyte.protocol.tasks import EnvironmentSpec
from functions.control.artifacts import Artifacts
from functions.control.errors import InvalidRequestError
from functions.control.registry import Registry
from functions.control.triggers_declared import DeclaredTriggers


class Deployments:
    """Registers what a client deploys."""

    def __init__(self, registry: Registry, artifacts: Artifacts, triggers: DeclaredTriggers) -> None:
        self._registry = registry
        self._artifacts = artifacts
        self._triggers = triggers

    def deploy(self, scope: str, asked: DeployRequest, deployed_by: str) -> DeployResponse:
        """Registers every environment, whole or not at all, once all artifacts are in the bucket.

        Its triggers follow. Repeating the request mends what an interrupted one left undone.

        Raises:
            InvalidRequestError: The request contradicts itself.
            ArtifactsMissingError: Artifacts are to be uploaded first; nothing was registered.
            VersionConflictError: A version is there with other content. Environments before it are registered.
        """
        names = [environment.name for environment in asked.environments]
        if len(set(names)) != len(names):
            raise InvalidRequestError("environments: two of them have the same name. Deploy them one after the other.")
        self._triggers.check(asked.environments)
        tasks = [task for environment in asked.environments for task in environment.tasks]
        refs = [
            ref for task in tasks for ref in (task.code, task.dependencies, *task.environment_dependencies.values())
        ]
        self._artifacts.locate(refs, ephemeral=False, renew=True)
        registered = [self._register(scope, environment, deployed_by) for environment in asked.environments]
        return DeployResponse(environments=tuple(registered))

    def _register(self, scope: str, environment: EnvironmentSpec, deployed_by: str) -> DeployedEnvironment:
        registered = self._registry.register(scope, environment, deployed_by)
        changes = self._triggers.follow_environment(scope, environment, deployed_by)
        return registered.model_copy(update={"triggers": changes})
