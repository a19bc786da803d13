"""Python values as JSON by a JSON schema alone: for callers of deployed tasks, who have none of the task's types."""

from __future__ import annotations

import base64
import dataclasses
import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticSerializationError, to_json, to_jsonable_python

from flyte.protocol.marks import ENUM_NAMES_KEY

from . import registry
from .codec import ValueMismatch, codec_for
from .finite import with_named_numbers
from .guessed import Guessed, GuessedEnum
from .leaves import literal_name
from .pickled import PICKLE_KEY, encode_any, encode_pickle
from .unions import VARIANT_KEY, VARIANTS_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    Schema = Mapping[str, Any]

_ENCODED = ({PICKLE_KEY, "python", "type"}, {VARIANT_KEY, "value"})
"""Keys of what is on the wire already, such as a default."""
_CONSTRAINING = frozenset({"type", "anyOf", "oneOf", "allOf", "enum", "const", "properties", "items", "prefixItems"})


@dataclass(frozen=True, slots=True)
class WireJson:
    """A value that is its own JSON already, such as one that a command line made or that an earlier run had."""

    json: Any


def encode_by_schema(value: Any, schema: Schema) -> Any:
    """The JSON that the schema's task reads as this value.

    Args:
        value: Of any type; `WireJson` is taken as it is.
        schema: The parameter's schema, with its `$defs`.

    Raises:
        ValueMismatch: There is no such JSON.
    """
    if isinstance(value, WireJson):
        return with_named_numbers(value.json)
    try:
        return _Encoding(schema.get("$defs", {})).encode(value, schema)
    except (PydanticSerializationError, RecursionError, ValueError) as error:
        raise ValueMismatch("", f"{value!r:.200} cannot be given to a deployed task: {error}") from None


def encode_guessed(value: Any) -> Any:
    """The JSON of a value that was made of a schema, or of those in lists and dicts; others are left as they are."""
    if isinstance(value, Guessed):
        return encode_by_schema(value, value.flyte_schema)
    if isinstance(value, GuessedEnum):
        return value.value
    if isinstance(value, list | tuple):
        return [encode_guessed(each) for each in value]
    return {name: encode_guessed(each) for name, each in value.items()} if isinstance(value, dict) else value


class _Encoding:
    def __init__(self, definitions: Schema) -> None:
        self._definitions = definitions

    def encode(self, value: Any, schema: Any) -> Any:
        schema = self._resolved(schema)
        if VARIANTS_KEY in schema:
            return self._variant(value, schema)
        if "anyOf" in schema and value is not None:
            others = [part for part in map(self._resolved, schema["anyOf"]) if part.get("type") != "null"]
            return self.encode(value, others[0] if len(others) == 1 else {"type": "value"})
        if (leaf := _leaf(value, schema)) is not None:
            return leaf
        if isinstance(value, Guessed) and not isinstance(value, tuple):
            value = vars(value)
        if isinstance(value, dict):
            return self._object(value, schema)
        if isinstance(value, list | tuple | set | frozenset) and not _is_named_tuple(value):
            return self._array(value, schema)
        return encode_pickle(value) if _is_of_subclass(value, schema) else _by_class(value)

    def _resolved(self, schema: Any) -> Schema:
        if not isinstance(schema, dict):
            return {}
        reference = schema.get("$ref")
        return schema if reference is None else self._resolved(self._definitions.get(reference.rpartition("/")[2]))

    def _variant(self, value: Any, schema: Schema) -> Any:
        """The value with the name of the member that its class is, so that text is not taken for a date."""
        if (
            isinstance(value, dict)
            and value.keys() == {VARIANT_KEY, "value"}
            and value[VARIANT_KEY] in schema[VARIANTS_KEY]
        ):
            return value
        name = "None" if value is None else type(value).__name__
        if name not in schema[VARIANTS_KEY]:
            return self.encode(value, {"type": "value"})
        part = schema["anyOf"][schema[VARIANTS_KEY].index(name)]
        return {VARIANT_KEY: name, "value": self.encode(value, part)}

    def _object(self, value: dict[Any, Any], schema: Schema) -> Any:
        if "properties" not in schema and schema.get("additionalProperties") is True:  # a bare dict
            return encode_any(value)
        properties, others = schema.get("properties", {}), schema.get("additionalProperties", {"type": "value"})
        names = to_jsonable_python(dict.fromkeys(value))
        return {
            name: self.encode(each, properties.get(name, others))
            for name, each in zip(names, value.values(), strict=True)
        }

    def _array(self, value: Any, schema: Schema) -> list[Any]:
        first, rest = schema.get("prefixItems", []), schema.get("items", {"type": "value"})
        items = [self.encode(each, first[index] if index < len(first) else rest) for index, each in enumerate(value)]
        return sorted(items, key=to_json) if isinstance(value, set | frozenset) else items


def _is_of_subclass(value: Any, schema: Schema) -> bool:
    """Whether the schema is that of a class that the value's class extends: as that it would lose what is added."""
    own, *bases = (cls.__name__ for cls in type(value).__mro__)
    return _is_record(value) and schema.get("title") != own and schema.get("title") in bases


def _is_named_tuple(value: Any) -> bool:
    return hasattr(value, "_fields") and not isinstance(value, Guessed)


def _is_record(value: Any) -> bool:
    return dataclasses.is_dataclass(value) or hasattr(type(value), "model_fields") or hasattr(value, "_fields")


def _by_class(value: Any) -> Any:
    """The JSON that the value's own class has on the wire."""
    if _is_record(value) or registry.prepared(type(value)) is not None:
        return codec_for(type(value)).encode(value)
    try:
        return with_named_numbers(to_jsonable_python(value, timedelta_mode="iso8601"))
    except PydanticSerializationError:
        made = codec_for(type(value)).encode(value)
        if isinstance(made, dict) and PICKLE_KEY in made:  # which its task does not ask for
            raise
        return made


def _leaf(value: Any, schema: Schema) -> Any:
    """The JSON of a value that has no parts for the schema; None if it has."""
    if isinstance(value, dict) and value.keys() in _ENCODED:
        return value
    if "x-flyte-pickle" in schema:
        return encode_pickle(value)
    if not _CONSTRAINING & schema.keys() and value is not None:
        return encode_any(value)
    if (names := schema.get(ENUM_NAMES_KEY)) is not None and (name := literal_name(value)) in names:
        return schema["enum"][names.index(name)]
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode("ascii")
    return value.value if isinstance(value, enum.Enum) else None
