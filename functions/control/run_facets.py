"""What runs are found by that no index of the table has: who started them, their task's version, their labels.

Each is a small item of the runs table beside the run, in a partition of all runs that have the same, sorted by
creation. It is written once, before the run, and expires with it. So a rare label is found at once however many runs
there are, and runs without labels pay for two items. One whose run was refused, because its name was taken, names a run
of another creation: who reads it sees that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from flyte.protocol.runs import ActionRecord
from functions.control.action_items import created_sort
from functions.control.attributes import to_attributes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LABELS_AT_MOST = 50
"""Labels of one run. Ours: each is two small items."""

_ITEMS_PER_WRITE = 25
"""Source: DynamoDB API reference, BatchWriteItem."""


_PATIENCE = 5
"""So many writes more than are needed, before who starts the run is told to come again."""


def of_user(scope: str, created_by: str) -> str:
    """The partition of the runs that a user or role session has started."""
    return _partition(scope, "user", created_by)


def of_version(scope: str, version: str) -> str:
    """The partition of the runs of tasks of one version."""
    return _partition(scope, "version", version)


def of_label(scope: str, label: str) -> str:
    """The partition of the runs that have a label, given as `key` or `key=value`."""
    return _partition(scope, "label", label)


def kind_of(partition: str) -> str:
    """What the runs of a partition have the same: `user`, `version` or `label`."""
    return partition.split("#")[2]


def write(dynamodb: DynamoDBClient, table: str, record: ActionRecord, expires_at: int) -> None:
    """Writes the facets of a run that is about to be recorded."""
    sort = created_sort(record.created_at, record.id.run)
    requests: list[Any] = [
        {"PutRequest": {"Item": to_attributes({"pk": partition, "sk": sort, "expires_at": expires_at})}}
        for partition in dict.fromkeys(_partitions(record))
    ]
    for _ in range(len(requests) // _ITEMS_PER_WRITE + _PATIENCE):
        part, requests = requests[:_ITEMS_PER_WRITE], requests[_ITEMS_PER_WRITE:]
        if not part:
            return
        answer = dynamodb.batch_write_item(RequestItems={table: part})
        requests += answer["UnprocessedItems"].get(table, [])  # what was throttled
    raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "facets of a run"}}, "BatchWriteItem")


def _partitions(record: ActionRecord) -> Iterator[str]:
    scope = record.id.scope
    yield of_user(scope, record.created_by)
    yield of_version(scope, record.task_version)
    for key, value in record.labels.items():
        yield of_label(scope, key)
        yield of_label(scope, f"{key}={value}")


def _partition(scope: str, kind: str, value: str) -> str:
    # A key has room for 2,048 bytes, and a label for more.
    return f"runs#{scope}#{kind}#{hashlib.sha256(value.encode()).hexdigest()[:32]}"
