"""Writing several items of DynamoDB together, or none of them."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from functions.control.attributes import Item, error_code, from_attributes, to_attributes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Refused:
    """The first write whose condition did not hold, by its place, with the item that it found, if one was there."""

    place: int
    item: Item | None


def transact(dynamodb: DynamoDBClient, writes: Sequence[TransactWriteItemTypeDef]) -> Refused | None:
    """Makes all writes, or none if a condition does not hold. Writers of the same items wait for each other."""
    for attempt in range(_TRIES):
        try:
            dynamodb.transact_write_items(TransactItems=writes)
        except ClientError as error:
            if error_code(error) != "TransactionCanceledException":
                raise
            reasons = cast("list[dict[str, Any]]", cast("Any", error.response).get("CancellationReasons", []))
            for place, reason in enumerate(reasons):
                if reason.get("Code") == "ConditionalCheckFailed":
                    found = reason.get("Item")
                    return Refused(place, from_attributes(found) if found else None)
            conflicts = {reason.get("Code") for reason in reasons} <= {"None", "TransactionConflict"}
            if not conflicts or attempt == _TRIES - 1:
                raise
            # Somebody else is writing the same items right now.
            time.sleep(random.uniform(0, 0.1 * 2**attempt))  # noqa: S311 - spreads retries, guards nothing
        else:
            return None
    raise AssertionError("unreachable: the last try returns or raises")


def put(table: str, item: Mapping[str, Any], *, only_if_new: bool = False) -> TransactWriteItemTypeDef:
    """Writes an item, over one that is there or only where none is."""
    if only_if_new:
        return {
            "Put": {
                "TableName": table,
                "Item": to_attributes(item),
                "ConditionExpression": "attribute_not_exists(pk)",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }
    return {"Put": {"TableName": table, "Item": to_attributes(item)}}


def delete(table: str, pk: str, sk: str) -> TransactWriteItemTypeDef:
    """Deletes an item, if it is there."""
    return {"Delete": {"TableName": table, "Key": to_attributes({"pk": pk, "sk": sk})}}


def require_there(table: str, pk: str, sk: str) -> TransactWriteItemTypeDef:
    """Holds if the item is there."""
    return {
        "ConditionCheck": {
            "TableName": table,
            "Key": to_attributes({"pk": pk, "sk": sk}),
            "ConditionExpression": "attribute_exists(pk)",
        }
    }


def require_other_version(table: str, pk: str, sk: str, version: str) -> TransactWriteItemTypeDef:
    """Holds unless the item names this version."""
    return {
        "ConditionCheck": {
            "TableName": table,
            "Key": to_attributes({"pk": pk, "sk": sk}),
            "ConditionExpression": "attribute_not_exists(pk) OR version <> :version",
            "ExpressionAttributeValues": to_attributes({":version": version}),
        }
    }
