"""Dicts for dataclasses and models, lists for tuples, names for members of enumerations, moments for dates.

Only where a value was refused: what is of the right class costs nothing more. What a dict holds is read as leniently as
pydantic reads JSON: dates, paths and members by their texts.
"""

from __future__ import annotations

import base64
import functools
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic_core import SchemaValidator, ValidationError, core_schema

from .leaves import READ_KEY, tags_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Node = dict[str, Any]


def taking_plain(schema: Any) -> SchemaValidator:
    """A validator for values that takes what stands for dataclasses, models, tuples and members, too."""
    return SchemaValidator(_Taking(schema).made, _use_prebuilt=False)


class _Taking:
    def __init__(self, schema: Any) -> None:
        self._definitions: list[Any] = []
        self.made = self._node(schema, record="")
        if schema["type"] == "definitions":
            self._definitions.extend(self.made["definitions"])

    def _node(self, node: Any, *, record: str) -> Any:
        if isinstance(node, list | tuple):
            return type(node)(self._node(each, record=record) for each in node)
        if not isinstance(node, dict):
            return node
        kind = node.get("type")
        record = kind if kind in {"dataclass", "model"} else record
        made = {
            key: each if key in {"serialization", "metadata"} else self._node(each, record=record)
            for key, each in node.items()
        }
        return self._taking(made, record)

    def _taking(self, made: Node, record: str) -> Node:
        """The node with what may stand for its values in that kind of record."""
        match made.get("type"):
            case "dataclass":
                made = _reading(made, dict, _Dataclass(made, self._definitions).made)
            case "model":
                made = _reading(made, dict, _Model(made, self._definitions).made)
            case "date":
                made = _reading(made, datetime, datetime.date)
            case "tuple":
                made = _reading(made, list, tuple)
            case "bytes" if record == "dataclass":
                made = _reading(made, str, functools.partial(base64.b64decode, validate=True))
            case "function-plain" if record and READ_KEY in made.get("metadata", {}):
                made["function"] = {**made["function"], "function": made["metadata"][READ_KEY]}
            case "tagged-union" if record:
                made["choices"] = {tag: each for name, each in made["choices"].items() for tag in tags_of(name)}
            case "enum" if not record:  # in a record they go by their values
                members = {member.name: member for member in made["members"]}
                made = _reading(made, str, lambda name: members.get(name, name))
        return made


def _reading(node: Node, plain: type, make: Callable[[Any], Any]) -> Node:
    """The node, with what is made of a value of the plain type."""
    reference = node.pop("ref", None)

    def read(value: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> Any:
        return handler(make(value) if type(value) is plain else value)

    outer: Any = core_schema.no_info_wrap_validator_function(read, node)
    return outer if reference is None else {**outer, "ref": reference}


class _OfDict:
    """Reads the fields of one record from a dict: as they are, or else as JSON would hold them."""

    def __init__(self, node: Node, definitions: Sequence[Any]) -> None:
        self._node = node
        self._definitions = definitions

    def _read(self, fields: dict[str, Any]) -> Any:
        try:
            return self._validator.validate_python(fields, strict=True)
        except ValidationError:
            return self._validator.validate_python(fields, strict=False)

    @cached_property
    def _validator(self) -> SchemaValidator:
        """Made when it is needed: only then all definitions are known."""
        schema: Any = self._schema()
        if self._definitions:
            schema = core_schema.definitions_schema(schema, list(self._definitions))
        return SchemaValidator(schema, _use_prebuilt=False)

    def _schema(self) -> Any:
        raise NotImplementedError


class _Model(_OfDict):
    def made(self, fields: dict[str, Any]) -> Any:
        return self._read(fields)

    def _schema(self) -> Any:
        return self._node


class _Dataclass(_OfDict):
    def made(self, fields: dict[str, Any]) -> Any:
        return self._node["cls"](**self._read(fields))

    def _schema(self) -> Any:
        fields = [field for field in self._node["schema"]["fields"] if field.get("init", True)]
        return core_schema.typed_dict_schema(
            {
                field["name"]: core_schema.typed_dict_field(
                    field["schema"], required=field["schema"]["type"] != "default"
                )
                for field in fields
            },
            extra_behavior="forbid",
        )
