"""Checks JSON values against the JSON schemas of an interface: for deployed tasks, whose types are not at hand.

Covers what pydantic's schemas hold; keywords that it does not know allow everything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Json = Any

_NAMED_NUMBERS = ("NaN", "Infinity", "-Infinity")
"""Source: flyte.types.finite."""
_PICKLE_KEYS = frozenset({"$pickle", "python", "type"})
"""Source: flyte.types.pickled."""
TYPES: dict[str, Callable[[Json], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: not isinstance(value, bool) and (isinstance(value, int) or _is_whole(value)),
    "number": lambda value: (isinstance(value, int | float) and not isinstance(value, bool)) or value in _NAMED_NUMBERS,
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
SHOWN_CHARS = 100


def mismatches(value: Json, schema: Mapping[str, Json], path: str) -> Iterator[str]:
    """What is wrong with a value: `path: reason`, each part of it on its own.

    Args:
        value: A JSON value.
        schema: Its schema; `$defs` are at its top.
        path: The value's name, which the paths begin with.
    """
    yield from _Checker(schema.get("$defs", {})).check(value, schema, path)


class _Checker:
    def __init__(self, definitions: Mapping[str, Json]) -> None:
        self._definitions = definitions

    def check(self, value: Json, schema: Json, path: str) -> Iterator[str]:  # noqa: C901 - one keyword a branch
        if not isinstance(schema, dict):
            if schema is False:
                yield f"{path}: nothing is allowed here"
            return
        if (reference := schema.get("$ref")) is not None:
            yield from self.check(value, self._definitions.get(reference.rsplit("/", 1)[-1], {}), path)
        if (member := _member(value, schema)) is not None:
            yield from self.check(value["value"], member, path)
            return
        for part in schema.get("allOf", ()):
            yield from self.check(value, part, path)
        for choice in ("anyOf", "oneOf"):
            if choice in schema and not any(self._fits(value, part) for part in schema[choice]):
                yield f"{path}: {_shown(value)} is none of {' or '.join(name_of(part) for part in schema[choice])}"
        if "const" in schema and value != schema["const"]:
            yield f"{path}: {_shown(value)} is not {schema['const']!r}"
        if "enum" in schema and value not in schema["enum"]:
            yield f"{path}: {_shown(value)} is not one of {', '.join(map(repr, schema['enum']))}"
        if not _has_type(value, schema.get("type")):
            yield f"{path}: {_shown(value)} is no {name_of(schema)}"
            return
        yield from self._parts(value, schema, path)

    def _fits(self, value: Json, schema: Json) -> bool:
        return next(self.check(value, schema, ""), None) is None

    def _parts(self, value: Json, schema: dict[str, Json], path: str) -> Iterator[str]:
        if isinstance(value, dict):
            yield from self._object(value, schema, path)
        elif isinstance(value, list):
            yield from self._array(value, schema, path)
        elif isinstance(value, str):
            yield from _text(value, schema, path)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield from _number(value, schema, path)

    def _object(self, value: dict[str, Json], schema: dict[str, Json], path: str) -> Iterator[str]:
        if value.keys() == _PICKLE_KEYS:
            return  # whether it is of the right class is seen where it can be loaded
        properties: dict[str, Json] = schema.get("properties", {})
        for name in schema.get("required", ()):
            if name not in value:
                yield f"{path}.{name}: is missing"
        others = schema.get("additionalProperties", True)
        for name, each in value.items():
            if name in properties:
                yield from self.check(each, properties[name], f"{path}.{name}")
            elif others is False:
                yield f"{path}.{name}: is unknown; known are {', '.join(properties) or 'none'}"
            else:
                yield from self.check(each, others, f"{path}.{name}")

    def _array(self, value: list[Json], schema: dict[str, Json], path: str) -> Iterator[str]:
        first: list[Json] = schema.get("prefixItems", [])
        rest = schema.get("items", True)
        for index, each in enumerate(value):
            yield from self.check(each, first[index] if index < len(first) else rest, f"{path}[{index}]")
        yield from _bounds(len(value), schema.get("minItems"), schema.get("maxItems"), f"{path}: the number of items")
        if schema.get("uniqueItems") and any(each in value[:index] for index, each in enumerate(value)):
            yield f"{path}: an item is there twice"


def _member(value: Json, schema: dict[str, Json]) -> Json | None:
    """The member of a union that a value says it is of. Source: flyte.types.unions."""
    names = schema.get("x-flyte-variants", ())
    if not isinstance(value, dict) or value.keys() != {"$variant", "value"} or value["$variant"] not in names:
        return None
    return schema["anyOf"][names.index(value["$variant"])]


def name_of(schema: Json) -> str:
    """A schema in a word or two, as a user would say it."""
    if not isinstance(schema, dict):
        return "value"
    if "title" in schema and schema.get("type") == "object":
        return str(schema["title"])
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "enum" in schema or "const" in schema:
        return ", ".join(map(repr, schema.get("enum", [schema.get("const")])))
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(name_of(part) for part in choices)
    kind = schema.get("type", "value")
    return str(schema.get("format") or (" or ".join(kind) if isinstance(kind, list) else kind))


def _is_whole(value: Json) -> bool:
    return isinstance(value, float) and value.is_integer()


def _has_type(value: Json, kind: Json) -> bool:
    if kind is None:
        return True
    kinds = kind if isinstance(kind, list) else [kind]
    return any(TYPES.get(each, lambda _: True)(value) for each in kinds)


def _text(value: str, schema: dict[str, Json], path: str) -> Iterator[str]:
    yield from _bounds(len(value), schema.get("minLength"), schema.get("maxLength"), f"{path}: the length")
    pattern = schema.get("pattern")
    if pattern and re.search(pattern, value) is None:
        yield f"{path}: {_shown(value)} does not match {pattern}"


def _number(value: float, schema: dict[str, Json], path: str) -> Iterator[str]:
    yield from _bounds(value, schema.get("minimum"), schema.get("maximum"), f"{path}: {value}")
    low, high = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if low is not None and value <= low:
        yield f"{path}: {value} must be more than {low}"
    if high is not None and value >= high:
        yield f"{path}: {value} must be less than {high}"
    step = schema.get("multipleOf")
    if step and value % step:
        yield f"{path}: {value} is no multiple of {step}"


def _bounds(value: float, low: float | None, high: float | None, what: str) -> Iterator[str]:
    if low is not None and value < low:
        yield f"{what} must be at least {low}"
    if high is not None and value > high:
        yield f"{what} must be at most {high}"


def _shown(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}…"
