"""Going back to a version of a deployed task, and deleting old ones: what `flyte rollback` and `flyte prune` do."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flyte._initialize import require_backend
from flyte._names import checked
from flyte._syncify import syncify

from ._http import get_client, path_of, scope_path

if TYPE_CHECKING:
    from flyte.protocol.tasks import ArtifactRef
    from flyte.protocol.versions import EnvironmentVersion, LatestSet


@dataclass
class Pruned:
    """What was deleted, or would be."""

    versions: list[EnvironmentVersion] = field(default_factory=list)
    in_use: list[EnvironmentVersion] = field(default_factory=list)
    """Old versions that runs in progress need."""
    artifacts: list[ArtifactRef] = field(default_factory=list)


@syncify
async def set_latest(name: str, version: str, *, whole_environment: bool = False) -> LatestSet:
    """Makes a version the latest of a task, or of all tasks that its environment had in it. Deploys nothing.

    Raises:
        RemoteTaskNotFoundError: no such task, or not in that version.
    """
    from flyte.protocol.versions import LatestSet, SetLatestRequest

    path = scope_path(*_scope(), "tasks", checked("task", name), "latest")
    body = SetLatestRequest(version=checked("version", version), whole_environment=whole_environment)
    return await asyncio.to_thread(get_client().call, "PUT", path, LatestSet, body=body)


@syncify
async def prune(keep: int, *, dry_run: bool = False) -> Pruned:
    """Deletes versions beyond the newest `keep` of each environment, then what nothing names any more.

    Never deleted are versions that are latest or that runs in progress use, and artifacts younger than a day.
    """
    pruned = Pruned()
    await _prune_versions(pruned, keep, dry_run=dry_run)
    await _prune_artifacts(pruned, dry_run=dry_run)
    return pruned


async def _prune_versions(pruned: Pruned, keep: int, *, dry_run: bool) -> None:
    from flyte.protocol.versions import PrunedVersions, PruneVersionsRequest

    path, cursor = scope_path(*_scope(), "versions", "prune"), None
    while True:
        body = PruneVersionsRequest(keep=keep, dry_run=dry_run, cursor=cursor)
        page = await get_client().post(path, body, PrunedVersions)
        # An environment can be on two pages.
        pruned.versions += [each for each in page.deleted if each not in pruned.versions]
        pruned.in_use += [each for each in page.in_use if each not in pruned.in_use]
        cursor = page.cursor
        if cursor is None:
            return


async def _prune_artifacts(pruned: Pruned, *, dry_run: bool) -> None:
    from flyte.protocol.versions import PruneArtifactsRequest, PrunedArtifacts, PrunedVersion

    project, domain = _scope()
    without = tuple(
        PrunedVersion(project=project, domain=domain, environment=each.environment, version=each.version)
        for each in pruned.versions
    )
    cursor = None
    while True:
        body = PruneArtifactsRequest(dry_run=dry_run, without=without if dry_run else (), cursor=cursor)
        page = await get_client().post(path_of("artifacts", "prune"), body, PrunedArtifacts)
        pruned.artifacts += page.deleted
        cursor = page.cursor
        if cursor is None:
            return


def _scope() -> tuple[str, str]:
    state = require_backend()
    return state.project or "", state.domain or ""
