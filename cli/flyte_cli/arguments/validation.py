"""Checks JSON against the part of JSON schema that pydantic writes, so that a wrong argument is told before the call.

What is not understood is let through: the task checks its inputs itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Schema = Mapping[str, Any]

_TYPE_NAMES = {
    "string": "text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
}


def first_problem(value: Any, schema: Schema, definitions: Schema) -> str | None:
    """What is wrong first with the value, and where in it; None if nothing is."""
    return next(_problems(value, schema, definitions, ""), None)


def _problems(value: Any, schema: Schema, definitions: Schema, path: str) -> Iterator[str]:
    if reference := schema.get("$ref"):
        target = definitions.get(str(reference).rpartition("/")[2], {})
        yield from _problems(value, target, definitions, path)
        return
    if variants := schema.get("anyOf", schema.get("oneOf")):
        yield from _problems_of_variants(value, variants, definitions, path)
        return
    for part in schema.get("allOf", ()):
        yield from _problems(value, part, definitions, path)
    kind = schema.get("type")
    if isinstance(kind, str) and not _is_of_type(value, kind, schema):
        yield _at(path, f"{value!r:.80} is not {_TYPE_NAMES.get(kind, kind)}")
        return
    allowed = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if allowed is not None and value not in allowed:
        yield _at(path, f"{value!r:.80} is not one of {', '.join(map(str, allowed))}")
    if isinstance(value, dict):
        yield from _problems_of_object(value, schema, definitions, path)
    elif isinstance(value, list):
        yield from _problems_of_list(value, schema, definitions, path)
    else:
        yield from _problems_of_bounds(value, schema, path)


def _is_of_type(value: Any, kind: str, schema: Schema) -> bool:
    if kind == "integer":
        return type(value) is int or (isinstance(value, float) and value.is_integer())
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "array" and isinstance(value, dict):
        return "prefixItems" in schema  # a NamedTuple may be given by its fields' names
    python = {"string": str, "boolean": bool, "null": type(None), "array": list, "object": dict}.get(kind, object)
    return isinstance(value, python)


def _problems_of_variants(value: Any, variants: list[Schema], definitions: Schema, path: str) -> Iterator[str]:
    reasons = [first_problem(value, variant, definitions) for variant in variants]
    if all(reasons):
        yield _at(path, " and ".join(dict.fromkeys(str(reason) for reason in reasons)))


def _problems_of_object(value: dict[str, Any], schema: Schema, definitions: Schema, path: str) -> Iterator[str]:
    properties = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield _at(f"{path}.{name}", "is required and missing")
    for name, item in value.items():
        inner = properties.get(name, schema.get("additionalProperties", True))
        if inner is False:
            yield _at(f"{path}.{name}", f"is unknown; the fields are {', '.join(properties)}")
        elif isinstance(inner, dict):
            yield from _problems(item, inner, definitions, f"{path}.{name}")


def _problems_of_list(value: list[Any], schema: Schema, definitions: Schema, path: str) -> Iterator[str]:
    yield from _out_of_bounds(len(value), schema, path, "minItems", "maxItems", "items")
    places = schema.get("prefixItems", ())
    rest = schema.get("items", True)
    for index, item in enumerate(value):
        inner = places[index] if index < len(places) else rest
        if isinstance(inner, dict):
            yield from _problems(item, inner, definitions, f"{path}[{index}]")


def _problems_of_bounds(value: Any, schema: Schema, path: str) -> Iterator[str]:
    if isinstance(value, str):
        yield from _out_of_bounds(len(value), schema, path, "minLength", "maxLength", "characters")
        if (pattern := schema.get("pattern")) and not re.search(pattern, value):
            yield _at(path, f"{value!r:.80} does not match {pattern}")
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    for keyword, holds, words in _BOUNDS:
        if keyword in schema and not holds(value, schema[keyword]):
            yield _at(path, f"{value} is not {words} {schema[keyword]}")


def _out_of_bounds(count: int, schema: Schema, path: str, least: str, most: str, noun: str) -> Iterator[str]:
    if count < schema.get(least, 0):
        yield _at(path, f"has {count} {noun}, at least {schema[least]} are wanted")
    if count > schema.get(most, count):
        yield _at(path, f"has {count} {noun}, at most {schema[most]} are allowed")


def _at(path: str, reason: str) -> str:
    return f"{path.removeprefix('.')}: {reason}" if path else reason


_BOUNDS: tuple[tuple[str, Callable[[Any, Any], bool], str], ...] = (
    ("minimum", lambda value, bound: value >= bound, "at least"),
    ("maximum", lambda value, bound: value <= bound, "at most"),
    ("exclusiveMinimum", lambda value, bound: value > bound, "more than"),
    ("exclusiveMaximum", lambda value, bound: value < bound, "less than"),
    ("multipleOf", lambda value, bound: value % bound == 0, "a multiple of"),
)
