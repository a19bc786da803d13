"""Dicts for dataclasses, as pydantic takes them for models, and lists for tuples: what `json.loads` gives.

Only where a value was refused: what is of the right class costs nothing more.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic_core import SchemaValidator, core_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydantic_core import ValidationError

Node = dict[str, Any]

_PLAIN = {"dataclass_type": dict, "dataclass_exact_type": dict, "tuple_type": list}
"""What may stand for a value that was refused for its class, by pydantic's word for that."""


def may_be_plain(error: ValidationError) -> bool:
    """Whether a value was refused for a dict in the place of a dataclass, or a list in that of a tuple."""
    return any(
        each["type"] in _PLAIN and type(each["input"]) is _PLAIN[each["type"]]
        for each in error.errors(include_url=False, include_context=False)
    )


def taking_plain(schema: Any) -> SchemaValidator:
    """A validator for values that makes instances of the dicts in the place of dataclasses, and tuples of lists."""
    return SchemaValidator(_Taking(schema).made, _use_prebuilt=False)


class _Taking:
    def __init__(self, schema: Any) -> None:
        self._definitions: list[Any] = []
        self.made = self._node(schema)
        if schema["type"] == "definitions":
            self._definitions.extend(self.made["definitions"])

    def _node(self, node: Any) -> Any:
        if isinstance(node, list | tuple):
            return type(node)(self._node(each) for each in node)
        if not isinstance(node, dict):
            return node
        made = {key: each if key in {"serialization", "metadata"} else self._node(each) for key, each in node.items()}
        if node.get("type") == "dataclass":
            return self._taking(made, dict, _OfDict(made, self._definitions).made)
        return self._taking(made, list, tuple) if node.get("type") == "tuple" else made

    @staticmethod
    def _taking(node: Node, plain: type, make: Callable[[Any], Any]) -> Node:
        reference = node.pop("ref", None)

        def read(value: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> Any:
            return handler(make(value) if type(value) is plain else value)

        outer: Any = core_schema.no_info_wrap_validator_function(read, node)
        return outer if reference is None else {**outer, "ref": reference}


class _OfDict:
    """Makes instances of one dataclass of dicts that name its fields."""

    def __init__(self, node: Node, definitions: Sequence[Any]) -> None:
        self._cls = node["cls"]
        self._fields = [field for field in node["schema"]["fields"] if field.get("init", True)]
        self._definitions = definitions

    def made(self, fields: dict[str, Any]) -> Any:
        return self._cls(**self._validator.validate_python(fields, strict=True))

    @cached_property
    def _validator(self) -> SchemaValidator:
        """Made when it is needed: only then all definitions are known."""
        schema: Any = core_schema.typed_dict_schema(
            {
                field["name"]: core_schema.typed_dict_field(
                    field["schema"], required=field["schema"]["type"] != "default"
                )
                for field in self._fields
            },
            extra_behavior="forbid",
        )
        if self._definitions:
            schema = core_schema.definitions_schema(schema, list(self._definitions))
        return SchemaValidator(schema, _use_prebuilt=False)
