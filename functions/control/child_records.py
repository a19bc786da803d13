"""What a parent asks about its children: where those stand that it waits for, and which ones it has started before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flyte.protocol.identity import ActionId, RunId
from functions.control.attributes import Item, from_attributes, to_attribute, to_attributes

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings

KEYS_PER_READ = 100
"""Source: DynamoDB API reference, BatchGetItem."""
_SEEN = (
    "sk",
    "kind",
    "phase",
    "parent",
    "task_name",
    "outputs",
    "outputs_uri",
    "error",
    "abort_reason",
    "created_at",
    "started_at",
    "ended_at",
    "recovered_from",
    "cache_hit",
    "memory_mb",
    "attempts",
    "below",
)
_PAGES = 64
"""Of 1 MB each: some 20,000 children. A run with more is looked up child by child."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """Children by name that an action has started so far; `is_all` says whether these are all of them."""

    items: dict[str, Item]
    is_all: bool = True


class ChildRecords:
    """Reads children in the runs table."""

    def __init__(self, settings: Settings, clients: Clients) -> None:
        self._table = settings.runs_table
        self._clients = clients

    def look_at(self, run: RunId, names: Sequence[str]) -> dict[str, Item]:
        """What is recorded of the actions with these names; those that are not recorded are left out."""
        parts = [names[first : first + KEYS_PER_READ] for first in range(0, len(names), KEYS_PER_READ)]
        return {item["sk"]: item for part in parts for item in self._read(run, part)}

    def started_by(self, parent: ActionId) -> Earlier:
        """The children that `parent` has started in this or earlier invocations."""
        pages = self._clients.dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#pk = :pk",
            FilterExpression="#parent = :parent",
            ExpressionAttributeNames={"#pk": "pk", **_names()},
            ExpressionAttributeValues={":pk": to_attribute(parent.key), ":parent": to_attribute(parent.action)},
            ProjectionExpression=_projection(),
            ConsistentRead=True,
        )
        items: dict[str, Item] = {}
        for number, page in enumerate(pages, 1):
            items |= {item["sk"]: item for item in map(from_attributes, page["Items"])}
            if number == _PAGES and "LastEvaluatedKey" in page:
                return Earlier(items, is_all=False)
        return Earlier(items)

    def _read(self, run: RunId, names: Sequence[str]) -> Iterator[Item]:
        keys = [to_attributes({"pk": run.key, "sk": name}) for name in names]
        while keys:
            answer = self._clients.dynamodb.batch_get_item(
                RequestItems={
                    self._table: {
                        "Keys": keys,
                        "ConsistentRead": True,
                        "ProjectionExpression": _projection(),
                        "ExpressionAttributeNames": _names(),
                    }
                }
            )
            yield from map(from_attributes, answer["Responses"].get(self._table, []))
            # What did not fit into 16 MB, or was throttled.
            left = answer["UnprocessedKeys"]
            keys = list(left[self._table]["Keys"]) if self._table in left else []


def _names() -> dict[str, str]:
    return {f"#{name}": name for name in _SEEN}


def _projection() -> str:
    return ", ".join(f"#{name}" for name in _SEEN)
