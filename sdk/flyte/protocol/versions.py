"""Going back to a version, and deleting old ones and what nothing needs any more."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from .model import Model, Scope, Version
from .tasks import ArtifactRef, TaskVersion
from .triggers import TriggerChange

PRUNE_AFTER_HOURS = 24
"""Younger artifacts are never deleted: somebody may be about to deploy what they belong to."""


class SetLatestRequest(Model):
    """Makes a version the latest of a task, or of all tasks that its environment had in that version."""

    version: Version
    whole_environment: bool = False


class LatestSet(Model):
    """What is latest now."""

    tasks: tuple[TaskVersion, ...]
    left: tuple[str, ...] = ()
    """Tasks of the environment that it did not have in that version: they stay as they were."""
    triggers: tuple[TriggerChange, ...] = ()
    """What became of the tasks' triggers: each version has its own."""


class PruneVersionsRequest(Model):
    """Deletes versions of environments beyond the newest `keep`, some of them in each answer."""

    keep: int = Field(ge=1)
    dry_run: bool = False
    cursor: str | None = None


class EnvironmentVersion(Model):
    """One version of an environment, with the tasks that it has."""

    environment: str
    version: Version
    deployed_at: datetime
    tasks: tuple[str, ...]


class PrunedVersions(Model):
    """What was deleted, or would be, and what a run in progress still needs. With a cursor there may be more."""

    deleted: tuple[EnvironmentVersion, ...]
    in_use: tuple[EnvironmentVersion, ...] = ()
    cursor: str | None = None


class PrunedVersion(Model):
    """A version that a dry run takes for deleted."""

    project: Scope
    domain: Scope
    environment: str
    version: Version


class PruneArtifactsRequest(Model):
    """Deletes artifacts of deployed code and dependencies that no version and no run in progress names."""

    dry_run: bool = False
    without: tuple[PrunedVersion, ...] = Field(default=(), max_length=10_000)
    """For a dry run: versions that would have been deleted before."""
    cursor: str | None = None


class PrunedArtifacts(Model):
    """What was deleted, or would be. With a cursor there may be more."""

    deleted: tuple[ArtifactRef, ...]
    cursor: str | None = None
