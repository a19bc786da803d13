"""A table in moto's memory, so that a test can go back to what it has held; and moto's answers without a detour."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING, Any

from moto.core.serialize import ResponseSerializer
from moto.dynamodb.models import dynamodb_backends

from tests.fakes.aws_stack import ACCOUNT, REGION

if TYPE_CHECKING:
    import pytest


class Table:
    """A table of moto."""

    def __init__(self, name: str) -> None:
        self._name = name

    def content(self) -> bytes:
        """What it holds now."""
        return pickle.dumps(self._table.items)

    def put_back(self, content: bytes) -> None:
        """Lets it hold what it has held before."""
        self._table.items = pickle.loads(content)

    def text(self, *, without: str) -> str:
        """The same for the same items, whatever the elements of their lists have under one name."""
        items = [item.to_json()["Attributes"] for parts in self._table.items.values() for item in parts.values()]
        left_out = [json.dumps(item, sort_keys=True, default=str) for item in _without(items, without)]
        return "".join(sorted(left_out))

    @property
    def _table(self) -> Any:
        return dynamodb_backends[ACCOUNT][REGION].tables[self._name]


def _without(items: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [{key: _element_without(value, name) for key, value in item.items()} for item in items]


def _element_without(value: dict[str, Any], name: str) -> Any:
    if "L" not in value:
        return value
    return [{key: part for key, part in each.get("M", each).items() if key != name} for each in value["L"]]


def answer_attributes_as_they_are(patch: pytest.MonkeyPatch) -> None:
    """Moto looks each attribute of an item up under ten types and their aliases: nearly half of the time it takes."""
    structure = ResponseSerializer._serialize_type_structure

    def serialize(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue" and isinstance(value, dict):
            serialized[key] = value
        else:
            structure(serializer, serialized, value, shape, key)

    patch.setattr(ResponseSerializer, "_serialize_type_structure", serialize)
