"""Unions whose members look alike in JSON: a value comes back as the member that wrote it.

Where plain JSON leads to that member by itself it stays plain. Else it is `{"$variant": name, "value": …}`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from pydantic_core import PydanticSerializationError, SchemaSerializer, SchemaValidator, core_schema

from .finite import with_named_numbers
from .leaves import NAME_KEY
from .pickled import PICKLE_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Node = Mapping[str, Any]

VARIANT_KEY = "$variant"
VARIANTS_KEY = "x-flyte-variants"
"""The keyword of a JSON schema that names the members of its `anyOf`, where a value may have to say which it is."""
_EVERYTHING = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
_KINDS: dict[str, frozenset[str]] = {
    "none": frozenset({"null"}),
    "bool": frozenset({"boolean"}),
    "int": frozenset({"integer"}),
    "float": frozenset({"number", "string"}),  # NaN is text
    **dict.fromkeys(
        (
            "str",
            "bytes",
            "date",
            "time",
            "datetime",
            "timedelta",
            "uuid",
            "url",
            "multi-host-url",
            "complex",
            "decimal",
        ),
        frozenset({"string"}),
    ),
    **dict.fromkeys(("list", "tuple", "set", "frozenset", "deque", "named-tuple", "generator"), frozenset({"array"})),
    **dict.fromkeys(
        ("dict", "typed-dict", "dataclass", "model", "is-instance", "is-subclass", "callable", "counter"),
        frozenset({"object"}),
    ),
}
_PYTHON: dict[str, type] = {"bool": bool, "int": int, "float": float, "str": str, "bytes": bytes}
_WRAPPED = frozenset({"default", "function-after", "function-before", "function-wrap", "custom-error"})


def kinds_of(node: Node, definitions: Mapping[str, Node]) -> frozenset[str]:
    """The kinds of JSON values that a node of pydantic's writes."""
    kind = node["type"]
    if kind == "definition-ref":
        return kinds_of(definitions[node["schema_ref"]], {}) if node["schema_ref"] in definitions else _EVERYTHING
    if kind == "nullable":
        return kinds_of(node["schema"], definitions) | {"null"}
    if kind in {"literal", "enum"}:
        return _kinds_of_values(node)
    if kind in _WRAPPED and "serialization" not in node:
        return kinds_of(node["schema"], definitions)
    if kind == "union":
        return frozenset().union(*(kinds_of(_bare(choice), definitions) for choice in node["choices"]))
    return _KINDS.get(kind, _EVERYTHING)


def is_ambiguous(choices: Sequence[Any], definitions: Mapping[str, Node]) -> bool:
    """Whether two members write the same kind of JSON."""
    kinds = [kinds_of(_bare(choice), definitions) for choice in choices]
    counted = Counter(kind for each in kinds for kind in each)
    return any(count > 1 for count in counted.values())


def _bare(choice: Any) -> Node:
    return cast("Node", choice[0] if isinstance(choice, tuple) else choice)


def _kinds_of_values(node: Node) -> frozenset[str]:
    names = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
    values = node["expected"] if node["type"] == "literal" else [member.value for member in node["members"]]
    return frozenset(names.get(type(value), "string") for value in values)


@dataclass
class _Member:
    """A member: its two schemas, and what may be its JSON."""

    name: str
    values_schema: Any
    json_schema: Any
    kinds: frozenset[str]
    definitions: tuple[list[Any], list[Any]]

    @cached_property
    def values(self) -> SchemaValidator:
        return SchemaValidator(self._whole(self.values_schema, 0), _use_prebuilt=False)

    @cached_property
    def json(self) -> SchemaValidator:
        return SchemaValidator(self._whole(self.json_schema, 1), _use_prebuilt=False)

    @cached_property
    def written(self) -> SchemaSerializer:
        return SchemaSerializer(self._whole(self.values_schema, 0), _use_prebuilt=False)

    def _whole(self, schema: Any, side: int) -> Any:
        defined = self.definitions[side]
        return core_schema.definitions_schema(schema, defined) if defined else schema

    def takes(self, value: Any) -> bool:
        """Whether the value is one of this member's."""
        return self.values.isinstance_python(value, strict=True)

    def is_exactly(self, value: Any) -> bool:
        """Whether the value is of this member's own class."""
        cls = self.values_schema.get("cls") or _PYTHON.get(self.values_schema["type"])
        return cls is type(value)

    def write(self, value: Any) -> Any:
        written = self.written.to_python(value, mode="json", by_alias=True, round_trip=True, warnings="error")
        return with_named_numbers(written)

    def writes(self, json: Any) -> bool:
        """Whether it reads the JSON and would write the same again."""
        try:
            return _same(self.write(self.json.validate_python(json)), json)
        except (ValueError, TypeError, PydanticSerializationError, RecursionError):
            return False

    def read(self, json: Any) -> Any:
        return self.json.validate_python(json, by_alias=True, by_name=True)


class UnionWire:
    """How a union is written and read.

    Args:
        members: The schema for values, that for JSON, and the kinds of JSON of each member, in the hint's order.
        definitions: Those of both schemas.
    """

    def __init__(
        self, members: Sequence[tuple[Any, Any, frozenset[str]]], definitions: tuple[list[Any], list[Any]]
    ) -> None:
        names = _distinct([_name(values) for values, _, _ in members])
        self._members = [
            _Member(name, values, json, kinds, definitions)
            for name, (values, json, kinds) in zip(names, members, strict=True)
        ]
        # Text takes everything that is text, so it is asked last; the same with what takes any value.
        self._reading = sorted(
            self._members, key=lambda each: (len(each.kinds) > 2, each.values_schema["type"] == "str")
        )

    def encode(self, value: Any) -> Any:
        """The value as JSON, plain if that is read as the same member's."""
        takers = [each for each in self._members if each.takes(value)]
        if not takers:
            raise ValueError(f"{value!r:.200} is none of {', '.join(each.name for each in self._members)}")
        writer = next((each for each in takers if each.is_exactly(value)), takers[0])
        json = writer.write(value)
        if self._reader(json) is writer and not _is_labelled(json):
            return json
        return {VARIANT_KEY: writer.name, "value": json}

    def decode(self, json: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> Any:
        """The value; where no member wrote the JSON it is pydantic's choice."""
        if _is_labelled(json):
            named = next((each for each in self._members if each.name == json[VARIANT_KEY]), None)
            if named is not None:
                return named.read(json["value"])
        reader = self._reader(json)
        return handler(json) if reader is None else reader.read(json)

    def _reader(self, json: Any) -> _Member | None:
        kind = _kind(json)
        return next((each for each in self._reading if kind in each.kinds and each.writes(json)), None)

    def json_schema(self, generate: Callable[[Any], Any]) -> dict[str, Any]:
        """The schemas of all members, with their names."""
        return {
            "anyOf": [generate(each.values_schema) for each in self._members],
            VARIANTS_KEY: [each.name for each in self._members],
        }


def _is_labelled(json: Any) -> bool:
    return isinstance(json, dict) and json.keys() == {VARIANT_KEY, "value"}


def _kind(json: Any) -> str:
    if isinstance(json, dict) and PICKLE_KEY in json:
        return "object"
    kinds = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}
    return kinds.get(type(json), "null")


def _same(one: Any, other: Any) -> bool:
    """Equality of JSON, in which true is not 1 and 1 is not 1.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(each, other[key]) for key, each in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _name(node: Node) -> str:
    """A member in a word, as a Python class is called."""
    kind = node["type"]
    if (known := node.get("metadata", {}).get(NAME_KEY)) is not None:
        return str(known)
    if (cls := node.get("cls")) is not None:
        return str(getattr(cls, "__name__", cls))
    if kind in _WRAPPED or kind == "nullable":
        return _name(node["schema"])
    if kind == "definition-ref":
        return str(node["schema_ref"]).rpartition(".")[2].partition(":")[0]
    return {"none": "None", "uuid": "UUID", "decimal": "Decimal", "typed-dict": "dict"}.get(kind, str(kind))


def _distinct(names: Sequence[str]) -> list[str]:
    counted = Counter(names)
    seen: Counter[str] = Counter()
    made = []
    for name in names:
        seen[name] += 1
        made.append(name if counted[name] == 1 else f"{name}#{seen[name]}")
    return made
