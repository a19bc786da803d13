"""Deploying: artifacts first, then each environment in a transaction of its own."""

from __future__ import annotations

from flyte.protocol.api import DeployRequest, DeployResponse
from functions.control.artifacts import Artifacts
from functions.control.errors import InvalidRequestError
from functions.control.registry import Registry


class Deployments:
    """Registers what a client deploys."""

    def __init__(self, registry: Registry, artifacts: Artifacts) -> None:
        self._registry = registry
        self._artifacts = artifacts

    def deploy(self, scope: str, asked: DeployRequest, deployed_by: str) -> DeployResponse:
        """Registers every environment, whole or not at all, once all artifacts are in the bucket.

        Raises:
            InvalidRequestError: The request contradicts itself.
            ArtifactsMissingError: Artifacts are to be uploaded first; nothing was registered.
            VersionConflictError: A version is there with other content. Environments before it are registered.
        """
        names = [environment.name for environment in asked.environments]
        if len(set(names)) != len(names):
            raise InvalidRequestError("environments: two of them have the same name. Deploy them one after the other.")
        tasks = [task for environment in asked.environments for task in environment.tasks]
        refs = [
            ref for task in tasks for ref in (task.code, task.dependencies, *task.environment_dependencies.values())
        ]
        self._artifacts.locate(refs, ephemeral=False, renew=True)
        registered = [self._registry.register(scope, environment, deployed_by) for environment in asked.environments]
        return DeployResponse(environments=tuple(registered))
