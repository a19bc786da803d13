"""What runs in progress need: the versions and artifacts of all actions that have not ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from functions.control.action_items import OPEN_SHARDS
from functions.control.attributes import Item, from_attributes, to_attributes

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings

_BATCH = 100
"""Source: DynamoDB, BatchGetItem, `Keys`."""


class OpenActions:
    """Reads the index `open` of the runs table, and the items behind it."""

    def __init__(self, settings: Settings, clients: Clients) -> None:
        self._table = settings.runs_table
        self._clients = clients

    def versions(self, scope: str) -> set[str]:
        """Versions that actions in progress of a project and domain have.

        All tasks of such a version are needed: an action can call others of its own version by name.
        """
        keys = (key for key in self._keys() if key["pk"].startswith(f"{scope}/"))
        return {str(item["task_version"]) for item in self._items(keys, ("task_version",)) if "task_version" in item}

    def artifacts(self) -> set[str]:
        """Digests of the artifacts that actions in progress, and their children to come, need."""
        needed: set[str] = set()
        for item in self._items(self._keys(), ("spec",)):
            needed |= artifacts_of(json.loads(item["spec"]))
        return needed

    def _keys(self) -> Iterator[Item]:
        for shard in range(OPEN_SHARDS):
            pages = self._clients.dynamodb.get_paginator("query").paginate(
                TableName=self._table,
                IndexName="open",
                KeyConditionExpression="open_shard = :shard",
                ExpressionAttributeValues=to_attributes({":shard": str(shard)}),
                ProjectionExpression="pk, sk",
            )
            for page in pages:
                yield from map(from_attributes, page["Items"])

    def _items(self, keys: Iterator[Item], names: tuple[str, ...]) -> Iterator[Item]:
        wanted = list(keys)
        for start in range(0, len(wanted), _BATCH):
            batch = [to_attributes(key) for key in wanted[start : start + _BATCH]]
            request: Any = {
                self._table: {"Keys": batch, "ProjectionExpression": ", ".join(names), "ConsistentRead": True}
            }
            while request:
                answer = self._clients.dynamodb.batch_get_item(RequestItems=request)
                yield from map(from_attributes, answer["Responses"].get(self._table, []))
                request = answer["UnprocessedKeys"]


def artifacts_of(spec: dict[str, Any]) -> set[str]:
    """Digests of the artifacts that a task's specification names, its own and those of its children."""
    refs = [spec.get("code"), spec.get("dependencies"), *spec.get("environment_dependencies", {}).values()]
    return {ref["sha256"] for ref in refs if ref}
