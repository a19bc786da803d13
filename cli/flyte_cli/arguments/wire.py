"""JSON as people write it, brought into the form that it has on the wire, and checked against its schema.

A file may be written as its path, a NamedTuple by its fields' names, a member of an enumeration by its own, wherever in
the value they stand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte.protocol.marks import ENUM_NAMES_KEY, FIELDS_KEY, IO_MARK

from .locations import reference_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    Schema = Mapping[str, Any]


def on_the_wire(value: Any, schema: Schema, definitions: Schema) -> Any:
    """The value as the backend takes it.

    Raises:
        ValueError: It does not fit the schema; the message says where.
    """
    found = _formed(value, schema, definitions)
    if problem := _problem(found, schema, definitions):
        raise ValueError(f"{problem.lstrip('.: ')}.")
    return found


def _formed(value: Any, schema: Any, definitions: Schema) -> Any:
    if not isinstance(schema, dict):
        return value
    if reference := schema.get("$ref"):
        return _formed(value, definitions.get(str(reference).rpartition("/")[2], {}), definitions)
    if variants := schema.get("anyOf", schema.get("oneOf")):
        return _formed_as_one_of(value, variants, definitions)
    if isinstance(value, str):
        return _formed_text(value, schema)
    if isinstance(value, dict):
        return _formed_object(value, schema, definitions)
    return _formed_list(value, schema, definitions) if isinstance(value, list) else value


def _formed_text(value: str, schema: Schema) -> Any:
    if IO_MARK in schema:
        return reference_of(schema[IO_MARK])(value)
    if ENUM_NAMES_KEY in schema and value not in schema["enum"]:
        return dict(zip(schema[ENUM_NAMES_KEY], schema["enum"], strict=True)).get(value, value)
    return value


def _formed_list(value: list[Any], schema: Schema, definitions: Schema) -> list[Any]:
    places, rest = schema.get("prefixItems", []), schema.get("items", True)
    hints = [*places[: len(value)], *([rest] * (len(value) - len(places)))]
    return [_formed(item, hint, definitions) for item, hint in zip(value, hints, strict=True)]


def _formed_as_one_of(value: Any, variants: list[Schema], definitions: Schema) -> Any:
    for variant in variants:
        found = _formed(value, variant, definitions)
        if _problem(found, variant, definitions) is None:
            return found
    return value


def _formed_object(value: dict[str, Any], schema: Schema, definitions: Schema) -> Any:
    if names := schema.get(FIELDS_KEY):
        fields = dict(zip(names, schema.get("prefixItems", ()), strict=True))
        return _formed(_in_order(value, fields), schema, definitions)
    properties, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
    return {name: _formed(item, properties.get(name, rest), definitions) for name, item in value.items()}


def _in_order(value: dict[str, Any], fields: dict[str, Schema]) -> list[Any]:
    """A NamedTuple as the list that it is."""
    ordered = []
    for name, place in fields.items():
        if name not in value and "default" not in place:
            raise ValueError(f"{name}: is missing.")
        ordered.append(value[name] if name in value else place["default"])
    if unknown := value.keys() - fields.keys():
        raise ValueError(f"{min(unknown)}: is unknown; the fields are {', '.join(fields)}.")
    return ordered


def _problem(value: Any, schema: Schema, definitions: Schema) -> str | None:
    from flyte.remote._schema import mismatches

    return next(mismatches(value, {**schema, "$defs": definitions}, ""), None)
