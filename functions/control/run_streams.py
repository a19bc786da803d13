"""Reads runs from where a filter says that they lie, newest first, a bounded number at a time; never a scan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flyte.protocol.identity import ROOT_ACTION
from functions.control.action_items import SHOWN
from functions.control.attributes import Item, from_attributes, to_attribute, to_attributes
from functions.control.run_filters import Partition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

    from functions.control.clients import Clients

_KEYS_PER_READ = 100
"""Source: DynamoDB API reference, BatchGetItem."""

_READ = ("pk", "sk", "created_sort", "scope_phase", *SHOWN)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Runs that lie side by side, newest first, and down to which sort key that is all; None for the end."""

    items: list[Item]
    down_to: str | None


class RunStreams:
    """Runs of the runs table, from one partition or from several at once."""

    def __init__(self, table: str, clients: Clients) -> None:
        self._table = table
        self._clients = clients

    def read(self, scope: str, partitions: Sequence[Partition], low: str, high: str, limit: int) -> Stretch:
        """The newest runs between two sort keys, up to `limit` of each partition."""
        if high < low:
            return Stretch([], None)
        stretches = [
            self._of_index(each, low, high, limit) if each.index else self._of_facets(scope, each, low, high, limit)
            for each in partitions
        ]
        # Below the highest end there may be runs of that partition which were not read.
        down_to = max((each.down_to for each in stretches if each.down_to is not None), default=None)
        items = [item for each in stretches for item in each.items if down_to is None or _sort_of(item) >= down_to]
        return Stretch(sorted(items, key=_sort_of, reverse=True), down_to)

    def named(self, scope: str, run: str) -> Item | None:
        """The run of that name."""
        return next(iter(self._roots(scope, [run])), None)

    def _of_index(self, partition: Partition, low: str, high: str, limit: int) -> Stretch:
        request = self._request(partition, "created_sort", low, high, limit)
        request["IndexName"] = partition.index or ""
        request["ProjectionExpression"] = ", ".join(f"#{name}" for name in _READ)
        request["ExpressionAttributeNames"] = {**request["ExpressionAttributeNames"], **_names()}
        answer = self._clients.dynamodb.query(**request)
        last = answer.get("LastEvaluatedKey")
        items = [from_attributes(item) for item in answer["Items"]]
        return Stretch(items, str(from_attributes(last)["created_sort"]) if last else None)

    def _of_facets(self, scope: str, partition: Partition, low: str, high: str, limit: int) -> Stretch:
        answer = self._clients.dynamodb.query(**self._request(partition, "sk", low, high, limit))
        last = answer.get("LastEvaluatedKey")
        sorts = [str(from_attributes(item)["sk"]) for item in answer["Items"]]
        found = {_sort_of(item): item for item in self._roots(scope, [sort.partition("#")[2] for sort in sorts])}
        items = [found[sort] for sort in sorts if sort in found]
        return Stretch(items, str(from_attributes(last)["sk"]) if last else None)

    def _request(self, partition: Partition, sort: str, low: str, high: str, limit: int) -> QueryInputTypeDef:
        return {
            "TableName": self._table,
            "KeyConditionExpression": "#partition = :partition AND #sort BETWEEN :low AND :high",
            "ExpressionAttributeNames": {"#partition": partition.attribute, "#sort": sort},
            "ExpressionAttributeValues": to_attributes({":partition": partition.value, ":low": low, ":high": high}),
            "ScanIndexForward": False,
            "Limit": limit,
        }

    def _roots(self, scope: str, runs: Sequence[str]) -> Iterator[Item]:
        keys = [{"pk": to_attribute(f"{scope}/{run}"), "sk": to_attribute(ROOT_ACTION)} for run in dict.fromkeys(runs)]
        while keys:
            part, keys = keys[:_KEYS_PER_READ], keys[_KEYS_PER_READ:]
            answer = self._clients.dynamodb.batch_get_item(
                RequestItems={
                    self._table: {
                        "Keys": part,
                        "ProjectionExpression": ", ".join(f"#{name}" for name in _READ),
                        "ExpressionAttributeNames": _names(),
                    }
                }
            )
            yield from map(from_attributes, answer["Responses"].get(self._table, []))
            # What did not fit into 16 MB, or was throttled.
            left = answer["UnprocessedKeys"].get(self._table)
            keys += [{"pk": key["pk"], "sk": key["sk"]} for key in left["Keys"]] if left else []


def _sort_of(item: Item) -> str:
    return str(item["created_sort"])


def _names() -> dict[str, str]:
    return {f"#{name}": name for name in _READ}
