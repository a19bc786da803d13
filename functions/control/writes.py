"""Conditional writes of one item whose refusal is an answer, not an error: what is there, or nothing to change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.control.attributes import Item, found_by_condition, from_attributes, to_attributes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def put_new(dynamodb: DynamoDBClient, table: str, values: Mapping[str, Any]) -> Item | None:
    """Puts an item whose key is free.

    Returns:
        None if it was put, else the item that is there.
    """
    try:
        dynamodb.put_item(
            TableName=table,
            Item=to_attributes(values),
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        return found_by_condition(error)
    return None


def update_if(
    dynamodb: DynamoDBClient,
    table: str,
    key: Mapping[str, str],
    update: str,
    condition: str,
    values: Mapping[str, object],
) -> Item | None:
    """Updates an item on a condition.

    Args:
        dynamodb: The client.
        table: The table.
        key: The item's key.
        update: What to change, as an expression.
        condition: When, as an expression.
        values: What both refer to, by placeholder.

    Returns:
        The item after the update; None if the condition did not hold.
    """
    try:
        answer = dynamodb.update_item(
            TableName=table,
            Key=to_attributes(key),
            UpdateExpression=update,
            ConditionExpression=condition,
            ExpressionAttributeValues=to_attributes(values),
            ReturnValues="ALL_NEW",
        )
    except ClientError as error:
        found_by_condition(error)
        return None
    return from_attributes(answer["Attributes"])
