"""Deletes old versions of environments: each whole or not at all, and none that is latest or that a run needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flyte.protocol.versions import EnvironmentVersion, PrunedVersions, PruneVersionsRequest
from functions.control import cursors
from functions.control.attributes import from_attributes, to_attributes
from functions.control.open_actions import OpenActions
from functions.control.registry import Registry
from functions.control.registry_items import LATEST_ITEM, environment_key, task_key, version_key
from functions.control.transactions import delete, require_other_version, transact
from functions.control.triggers import Triggers

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings

_TASKS_AT_ONCE = 25
_DELETED_AT_ONCE = 40
"""Transactions of up to 97 items in one request, which has 30 seconds."""


class VersionPruning:
    """Goes through the environments of a project and domain, some of them in each request."""

    def __init__(
        self, settings: Settings, clients: Clients, registry: Registry, open_actions: OpenActions, triggers: Triggers
    ) -> None:
        self._table = settings.registry_table
        self._clients = clients
        self._registry = registry
        self._open = open_actions
        self._triggers = triggers

    def prune(self, scope: str, asked: PruneVersionsRequest) -> PrunedVersions:
        """Deletes versions beyond the newest `keep` of each environment, but none that is latest or in use."""
        position = cursors.decode(asked.cursor, tasks=str)
        start = str(position["tasks"]) or None if position else None
        page = self._registry.list_tasks(scope, _TASKS_AT_ONCE, start)
        needed = self._open.versions(scope) | self._triggers.pinned_versions(scope)
        deleted: list[EnvironmentVersion] = []
        in_use: list[EnvironmentVersion] = []
        for environment in dict.fromkeys(task.environment for task in page.tasks):
            versions = self._versions(scope, environment)
            latest = self._latest(scope, {task for version in versions for task in version.tasks})
            for old in versions[asked.keep :]:
                if old.version in latest:
                    continue
                if old.version in needed:
                    in_use.append(old)
                    continue
                if asked.dry_run or self._delete(scope, old):
                    deleted.append(old)
                if not asked.dry_run and len(deleted) == _DELETED_AT_ONCE:
                    # What is deleted is not found again: the next request goes on from here.
                    again = cursors.encode({"tasks": start or ""})
                    return PrunedVersions(deleted=tuple(deleted), in_use=tuple(in_use), cursor=again)
        following = cursors.encode({"tasks": page.cursor}) if page.cursor else None
        return PrunedVersions(deleted=tuple(deleted), in_use=tuple(in_use), cursor=following)

    def _versions(self, scope: str, environment: str) -> list[EnvironmentVersion]:
        """All versions, newest first."""
        pages = self._clients.dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_attributes({":pk": environment_key(scope, environment)}),
            ConsistentRead=True,
        )
        items = (from_attributes(item) for page in pages for item in page["Items"])
        versions = [
            EnvironmentVersion(
                environment=environment,
                version=item["sk"].removeprefix(version_key("")),
                deployed_at=item["deployed_at"],
                tasks=tuple(item["tasks"]),
            )
            for item in items
        ]
        return sorted(versions, key=lambda version: (version.deployed_at, version.version), reverse=True)

    def _latest(self, scope: str, tasks: Iterable[str]) -> set[str]:
        """The versions that are the latest of one of these tasks."""
        return {version for task in tasks if (version := self._registry.latest_version(scope, task)) is not None}

    def _delete(self, scope: str, old: EnvironmentVersion) -> bool:
        """Deletes a version with its tasks, unless it has become the latest of one: then it says no."""
        writes = [delete(self._table, environment_key(scope, old.environment), version_key(old.version))]
        for task in old.tasks:
            key = task_key(scope, task)
            writes.append(delete(self._table, key, version_key(old.version)))
            writes.append(require_other_version(self._table, key, LATEST_ITEM, old.version))
        return transact(self._clients.dynamodb, writes) is None
