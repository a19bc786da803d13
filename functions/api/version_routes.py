"""Routes of versions: going back to one, and deleting old ones."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from flyte.protocol.versions import (
    LatestSet,
    PruneArtifactsRequest,
    PrunedArtifacts,
    PrunedVersions,
    PruneVersionsRequest,
    SetLatestRequest,
)
from functions.api.callers import caller_of
from functions.control.backend import Backend

_SCOPE = "/v1/projects/<project>/domains/<domain>"


def add_version_routes(app: APIGatewayHttpResolver, backend: Backend) -> None:
    """Adds the routes that change which versions there are, other than by deploying."""

    @app.put(f"{_SCOPE}/tasks/<task>/latest", summary="Make a version the latest again", tags=["versions"])
    def set_latest(project: str, domain: str, task: str, asked: SetLatestRequest) -> LatestSet:
        scope = backend.projects.require(project, domain)
        return backend.rollbacks.set_latest(scope, task, asked, caller_of(app.current_event))

    @app.post(f"{_SCOPE}/versions/prune", summary="Delete old versions", tags=["versions"])
    def prune_versions(project: str, domain: str, asked: PruneVersionsRequest) -> PrunedVersions:
        scope = backend.projects.require(project, domain)
        return backend.version_pruning.prune(scope, asked)

    @app.post("/v1/artifacts/prune", summary="Delete artifacts that nothing names", tags=["versions"])
    def prune_artifacts(asked: PruneArtifactsRequest) -> PrunedArtifacts:
        return backend.artifact_pruning.prune(asked)
