"""Conditional writes of one item whose refusal is an answer, not an error: what is there, or nothing to change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.control.attributes import Item, found_by_condition, from_attributes, to_attributes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import UpdateItemInputTypeDef


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
    names: Mapping[str, str] | None = None,
) -> Item | None:
    """Updates an item on a condition.

    Args:
        dynamodb: The client.
        table: The table.
        key: The item's key.
        update: What to change, as an expression.
        condition: When, as an expression.
        values: What both refer to, by placeholder.
        names: Attributes whose names DynamoDB reserves, likewise.

    Returns:
        The item after the update; None if the condition did not hold.
    """
    request: UpdateItemInputTypeDef = {
        "TableName": table,
        "Key": to_attributes(key),
        "UpdateExpression": update,
        "ConditionExpression": condition,
        "ExpressionAttributeValues": to_attributes(values),
        "ReturnValues": "ALL_NEW",
    }
    if names:
        request["ExpressionAttributeNames"] = names
    try:
        answer = dynamodb.update_item(**request)
    except ClientError as error:
        found_by_condition(error)
        return None
    return from_attributes(answer["Attributes"])
