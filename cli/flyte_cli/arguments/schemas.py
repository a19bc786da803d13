"""Shapes of registered JSON schemas: a deployed task is called without its code. Values are JSON, as on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte.protocol.marks import IO_MARK

from .documents import Document, merge_records
from .hints import choice_of_members, choice_of_values
from .locations import Location, reference_of
from .shapes import Boolean, Checked, Decimals, Imported, Integer, Nothing, Number, Shape, Text, Variants
from .times import Day, Instant, Span
from .wire import on_the_wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Schema = Mapping[str, Any]

_FORMATS: dict[str, type[Shape]] = {"date-time": Instant, "date": Day, "duration": Span}
_TYPES: dict[str, type[Shape]] = {
    "string": Text,
    "integer": Integer,
    "number": Number,
    "boolean": Boolean,
    "null": Nothing,
}
_ANNOTATIONS = frozenset({"type", "title", "description", "default", "examples", "deprecated", "format", "$defs"})


def shape_of_schema(schema: Schema, default: Any = None) -> Shape:
    """How an argument of this JSON schema is written; the shape's values are JSON.

    Args:
        schema: The parameter's schema, with its own `$defs`.
        default: The parameter's default as JSON, which completes a record given in part.
    """
    return _shape(schema, schema.get("$defs", {}), default)


def is_boolean_schema(schema: Schema) -> bool:
    """Whether the argument is a flag."""
    return schema.get("type") == "boolean"


def is_nullable_schema(schema: Schema) -> bool:
    """Whether the argument may be left out although it has no default."""
    return schema.get("type") == "null" or any(is_nullable_schema(each) for each in schema.get("anyOf", ()))


def _shape(schema: Schema, definitions: Schema, default: Any) -> Shape:  # noqa: PLR0911 - one kind a return
    if reference := schema.get("$ref"):
        target = definitions.get(str(reference).rpartition("/")[2])
        return _shape(target, definitions, default) if target is not None else Document(_unchecked)
    if schema.get("format") == "decimal":
        return Checked(Decimals(), _checker(schema, definitions))
    if variants := schema.get("anyOf", schema.get("oneOf")):
        return Variants([_shape(variant, definitions, default) for variant in variants])
    if (choice := _choice(schema)) is not None:
        return choice
    if IO_MARK in schema:
        return Location(schema[IO_MARK], reference_of(schema[IO_MARK]))
    if "x-flyte-pickle" in schema:
        return Imported(_pickled)
    if schema.get("contentEncoding") == "base64":
        return Variants([Imported(_base64), Checked(Text(), _checker(schema, definitions))])
    kind = schema.get("type")
    if kind == "string" and (timed := _FORMATS.get(schema.get("format", ""))):
        return Checked(timed(), _as_json)
    if isinstance(kind, str) and kind in _TYPES:
        leaf = _TYPES[kind]()
        return Checked(leaf, _checker(schema, definitions)) if schema.keys() - _ANNOTATIONS else leaf
    return Document(_checker(schema, definitions), _completion(schema, definitions, default))


def _choice(schema: Schema) -> Shape | None:
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if values is None:
        return None
    names = schema.get("x-flyte-enum-names")
    if names is None:
        return choice_of_values(values)
    return choice_of_members({name: (value, value) for name, value in zip(names, values, strict=True)})


def _checker(schema: Schema, definitions: Schema) -> Callable[[Any], Any]:
    return lambda value: on_the_wire(value, schema, definitions)


def _completion(schema: Schema, definitions: Schema, default: Any) -> Callable[[Any], Any] | None:
    if default is None:
        return None
    return lambda given: merge_records(default, given, schema, definitions)


def _unchecked(value: Any) -> Any:
    return value


def _as_json(value: Any) -> Any:
    from pydantic_core import to_jsonable_python

    return to_jsonable_python(value)


def _base64(value: Any) -> Any:
    from flyte.types import ValueMismatch, codec_for

    try:
        return codec_for(bytes).encode(value)
    except ValueMismatch as error:
        raise ValueError(f"{error}.") from None


def _pickled(value: Any) -> Any:
    from flyte.types.pickled import encode_pickle

    return encode_pickle(value)
