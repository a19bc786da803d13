"""Between plain Python values and DynamoDB's typed attributes, and the errors that its conditions raise."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

Item = dict[str, Any]
"""An item of a table as plain values."""

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


def to_attributes(values: Mapping[str, Any]) -> dict[str, AttributeValueTypeDef]:
    """Typed attributes; a value of None is left out, so that the attribute is absent."""
    return {name: to_attribute(value) for name, value in values.items() if value is not None}


def to_attribute(value: Any) -> AttributeValueTypeDef:
    """One typed attribute."""
    return _serializer.serialize(value)


def from_attributes(attributes: Mapping[str, Any]) -> Item:
    """Plain values; every number is an int, because nothing else is written."""
    return {name: _plain(_deserializer.deserialize(value)) for name, value in attributes.items()}


def error_code(error: ClientError) -> str:
    """AWS's code of the error, such as `ThrottlingException`."""
    return error.response.get("Error", {}).get("Code", "")


def found_by_condition(error: ClientError) -> Item | None:
    """The item that made a condition fail; None where there was none.

    Raises:
        ClientError: The error itself, when it is not about a condition.
    """
    if error_code(error) != "ConditionalCheckFailedException":
        raise error
    item = cast("Mapping[str, Any]", error.response).get("Item")
    return from_attributes(item) if item else None


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value
