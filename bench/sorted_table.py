"""A table in memory that answers the queries of lists as DynamoDB does: by partition and sort key, without a scan.

Emulators look at every item for each query, so what they take says nothing of how lists grow.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from typing import Any

Attributes = dict[str, Any]

_KEYS = {
    None: ("pk", "sk"),
    "by_created": ("scope", "created_sort"),
    "by_task": ("scope_task", "created_sort"),
    "by_phase": ("scope_phase", "created_sort"),
}
"""Partition and sort key, by index."""


class SortedTable:
    """Stands for the DynamoDB client, as far as lists of runs use it; of one table."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], Attributes] = {}
        self._sorted: dict[tuple[str | None, str], list[tuple[str, tuple[str, str]]]] = defaultdict(list)

    def put_item(self, Item: Attributes, **_: Any) -> None:  # noqa: N803 - as boto3 names it
        """Puts a new item."""
        key = (Item["pk"]["S"], Item["sk"]["S"])
        self._items[key] = Item
        for index, (partition, sort) in _KEYS.items():
            if partition in Item:
                bisect.insort(self._sorted[index, Item[partition]["S"]], (Item[sort]["S"], key))

    def batch_write_item(self, RequestItems: Attributes) -> Attributes:  # noqa: N803
        """Puts new items."""
        for requests in RequestItems.values():
            for request in requests:
                self.put_item(request["PutRequest"]["Item"])
        return {"UnprocessedItems": {}}

    def query(self, **request: Any) -> Attributes:
        """The items of a partition between two sort keys, the last first."""
        values, index = request["ExpressionAttributeValues"], request.get("IndexName")
        entries = self._sorted[index, values[":partition"]["S"]]
        first = bisect.bisect_left(entries, values[":low"]["S"], key=lambda entry: entry[0])
        last = bisect.bisect_right(entries, values[":high"]["S"], key=lambda entry: entry[0])
        found = entries[max(first, last - request["Limit"]) : last][::-1]
        items = [_projected(self._items[key], request) for _, key in found]
        answer: Attributes = {"Items": items, "Count": len(items), "ScannedCount": len(items)}
        if last - first > len(found):
            answer["LastEvaluatedKey"] = {"sk": {"S": found[-1][1][1]}, "created_sort": {"S": found[-1][0]}}
        return answer

    def batch_get_item(self, RequestItems: Attributes) -> Attributes:  # noqa: N803
        """The items of these keys that are there."""
        ((table, asked),) = RequestItems.items()
        keys = [(key["pk"]["S"], key["sk"]["S"]) for key in asked["Keys"]]
        found = [_projected(self._items[key], asked) for key in keys if key in self._items]
        return {"Responses": {table: found}, "UnprocessedKeys": {}}


def _projected(item: Attributes, request: Attributes) -> Attributes:
    if "ProjectionExpression" not in request:
        return item
    names = [request["ExpressionAttributeNames"][name] for name in request["ProjectionExpression"].split(", ")]
    return {name: item[name] for name in names if name in item}
