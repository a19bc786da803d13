"""What of pydantic's schemas the wire changes, wherever in a type it stands.

pydantic writes JSON for others to read; here the same type reads it back. So bytes are base64, what has no form in
JSON is pickled, `Any` keeps its class, sets have one order, enumerations of odd values go by name, a union tells which
member wrote a value, and models come back although fields have aliases.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import ConfigDict, TypeAdapter
from pydantic_core import SchemaValidator, core_schema, to_json

from . import registry
from .hints import display, prepare
from .leaves import (
    JSON_SCHEMA_KEY,
    Node,
    Pair,
    any_value,
    by_name,
    by_value,
    bytes_value,
    is_plain,
    is_secret,
    is_untyped,
    literal_name,
    pickled,
    secret,
    tags_of,
    unchanged,
    untyped_dict,
)
from .moments import clock_in_standard_zone, in_standard_zone, in_utc
from .pickled import PICKLE_KEY, decode_pickle, encode_pickle
from .unions import UnionWire, is_ambiguous, kinds_of

_CHILDREN = (
    "schema",
    "items_schema",
    "keys_schema",
    "values_schema",
    "extras_schema",
    "extras_keys_schema",
    "lax_schema",
    "strict_schema",
    "json_schema",
    "python_schema",
    "arguments_schema",
    "var_args_schema",
    "var_kwargs_schema",
    "steps",
    "choices",
    "fields",
)
_BY_NAME = frozenset({"choices", "fields"})
"""Children that may be a dict of nodes by their names."""
_OF_PYDANTIC = frozenset({"lax_schema", "strict_schema", "python_schema", "steps"})
"""Children in which pydantic checks for classes of its own accord, such as `Path`."""
_UNDESCRIBED = frozenset({"is-instance", "is-subclass", "callable"})
_UNTYPED = frozenset({"list", "set", "frozenset", "deque"})
_TEXT: core_schema.CoreConfig = {"ser_json_inf_nan": "strings"}
_RECORDS = frozenset({"model", "dataclass", "typed-dict", "named-tuple", "call"})
_ARE_NO_KEYS = frozenset({"array", "object"})
_TAKE_NONE = frozenset({"nullable", "any", "none"})


@dataclass(frozen=True)
class WireSchemas:
    """The two schemas of a hint.

    Attributes:
        values: Checks and writes Python values.
        json: Reads what `values` has written.
        floats: Whether a NaN may be in what is written.
        texts: Defaults of fields that are texts and stand for something else (`folder: Path = "data"`): pydantic leaves
            them as they are.
    """

    values: core_schema.CoreSchema
    json: core_schema.CoreSchema
    floats: bool
    texts: frozenset[str] = frozenset()


def wire_schemas(hint: Any) -> WireSchemas:
    """The schemas of a hint.

    Raises:
        PydanticUserError: pydantic cannot read the hint.
        PydanticSchemaGenerationError: The same.
    """
    # In a tuple, so that dataclasses too take the configuration.
    in_tuple: Any = tuple[prepare(hint)]  # type: ignore[misc]
    holder: Any = TypeAdapter(in_tuple, config=ConfigDict(arbitrary_types_allowed=True)).core_schema
    return _Rewriting(holder).schemas()


def pickled_schemas(hint: Any) -> WireSchemas:
    """The schemas of a hint whose values travel pickled."""
    values, json = pickled(hint if isinstance(hint, type) else None, display(hint))
    return WireSchemas(values, json, floats=False)


@dataclass
class _Rewriting:
    """One pass over the schema of a hint: each node becomes a pair of nodes."""

    holder: Any
    definitions: tuple[list[Any], list[Any]] = field(default_factory=lambda: ([], []))
    floats: bool = False
    texts: set[str] = field(default_factory=set)
    records: int = 0
    """In how many dataclasses and models the node is that is looked at."""

    def schemas(self) -> WireSchemas:
        holder, defined = self.holder, []
        if holder["type"] == "definitions":
            holder, defined = holder["schema"], holder["definitions"]
        self._kinds = {each["ref"]: each for each in defined}
        for each in defined:
            values, json = self._node(each, ours=True)
            self.definitions[0].append(values)
            self.definitions[1].append(json)
        values, json = self._node(holder["items_schema"][0], ours=True)
        if defined:
            values = core_schema.definitions_schema(values, self.definitions[0])
            json = core_schema.definitions_schema(json, self.definitions[1])
        return WireSchemas(values, json, self.floats, frozenset(self.texts))

    def _node(self, node: Node, *, ours: bool) -> Pair:
        """The node for values, and that for JSON.

        Args:
            node: pydantic's.
            ours: Whether a class that is checked for is one that the hint names.
        """
        kind = node.get("type")
        if kind == "generator":
            node = {**node, "type": "list"}  # who reads a value may read it more than once
            kind = "list"
        self.floats = self.floats or kind in {"float", "any"} or "serialization" in node or "function" in str(kind)
        if ours and "serialization" not in node and (replaced := self._replaced(node)) is not None:
            return _with_reference(node, replaced)
        values, json = dict(node), dict(node)
        self.records += kind in _RECORDS
        for key in _CHILDREN:
            if key in node:
                values[key], json[key] = self._child(node[key], key, ours=key not in _OF_PYDANTIC)
        self.records -= kind in _RECORDS
        if "schema" in (written := node.get("serialization", {})):
            values["serialization"] = json["serialization"] = {
                **written,
                "schema": self._node(written["schema"], ours=True)[0],
            }
        return self._adjusted(node, values, json, ours=ours)

    def _child(self, child: Any, key: str, *, ours: bool) -> Pair:
        if isinstance(child, list):
            pairs = [self._child(each, "", ours=ours) for each in child]
            return [values for values, _ in pairs], [json for _, json in pairs]
        if isinstance(child, tuple):  # a union's choice with its label
            values, json = self._child(child[0], "", ours=ours)
            return (values, *child[1:]), (json, *child[1:])
        if not isinstance(child, dict):
            return child, child
        if key in _BY_NAME:
            pairs_by_name = {name: self._child(each, "", ours=ours) for name, each in child.items()}
            return (
                {name: values for name, (values, _) in pairs_by_name.items()},
                {tag: json for name, (_, json) in pairs_by_name.items() for tag in tags_of(name)},
            )
        return self._node(child, ours=ours)

    # -- single kinds of nodes -------------------------------------------------------------------------------------

    def _replaced(self, node: Node) -> Pair | None:  # noqa: PLR0911 - one kind of value a return
        """Nodes whose children do not matter."""
        kind = node["type"]
        if kind == "any":
            return any_value()
        if kind == "bytes":
            return bytes_value(node)
        if kind == "enum" and not is_plain([member.value for member in node["members"]]):
            return by_name(display(node["cls"]), {member.name: member for member in node["members"]})
        if kind == "literal" and _are_members_with_plain_values(node["expected"]):
            return by_value(node["expected"])
        if kind == "literal" and not is_plain(node["expected"]):
            return by_name("Literal", {literal_name(each): each for each in node["expected"]})
        if kind == "dict":
            return self._dict(node)
        if kind in _UNDESCRIBED:
            return self._undescribed(node)
        return secret(node) if kind == "lax-or-strict" and is_secret(node) else None

    def _dict(self, node: Node) -> Pair | None:
        if is_untyped(node):
            return untyped_dict()
        keys = kinds_of(node["keys_schema"], self._kinds) if "keys_schema" in node else frozenset()
        return None if _ARE_NO_KEYS.isdisjoint(keys) else pickled(dict, "dict")

    def _undescribed(self, node: Node) -> Pair:
        cls = node.get("cls")
        registered = registry.prepared_by_plugin(cls) if node["type"] == "is-instance" else None
        if registered is not None:
            inner: Any = TypeAdapter(registered).core_schema
            return inner, inner
        of_instances = cls if node["type"] == "is-instance" and isinstance(cls, type) else None
        return pickled(of_instances, display(cls) if cls is not None else node["type"])

    def _adjusted(self, node: Node, values: Node, json: Node, *, ours: bool) -> Pair:
        kind = node["type"]
        if kind in _UNTYPED:
            _type_items(node, values, json)
        if kind in {"datetime", "time"}:
            of_records: Any = in_standard_zone if kind == "datetime" else clock_in_standard_zone
            adjust: Any = in_utc if kind == "datetime" and not self.records else of_records
            json = cast("Node", core_schema.no_info_after_validator_function(adjust, cast("Any", json)))
        if kind in {"set", "frozenset"} and "serialization" not in node:
            inner = dict(values)
            inner.pop("ref", None)
            values["serialization"] = core_schema.wrap_serializer_function_ser_schema(
                _in_order, schema=cast("core_schema.CoreSchema", inner)
            )
        if kind in {"model-field", "dataclass-field", "typed-dict-field"}:
            _keep_field(node, values)
            _allow_default_none(values, json)
            if type(default := node["schema"].get("default")) is str and node["schema"]["schema"]["type"] != "str":
                self.texts.add(default)
        if kind in {"model", "dataclass", "typed-dict"}:
            values["config"] = {**node.get("config", {}), **_TEXT}
        if kind == "union" and ours and self._needs_variants(node, values):
            return self._union(node, values, json)
        if kind in {"model", "dataclass"} and node["cls"].__subclasses__() and _is_plainly_written(node):
            return _with_subclasses(node, values, json)
        return values, json

    def _needs_variants(self, node: Node, values: Node) -> bool:
        """Whether pydantic's own union would mix members up: their JSON is alike, or functions of ours write it."""
        choices = [_bare_choice(choice) for choice in values["choices"]]
        if any("serialization" in each or each["type"] == "definition-ref" for each in choices):
            return True
        return is_ambiguous(node["choices"], self._kinds)

    def _union(self, node: Node, values: Node, json: Node) -> Pair:
        members = [
            (_bare_choice(one), _bare_choice(other), kinds_of(_bare_choice(plain), self._kinds))
            for plain, one, other in zip(node["choices"], values["choices"], json["choices"], strict=True)
        ]
        wire = UnionWire(members, self.definitions)
        values["serialization"] = core_schema.plain_serializer_function_ser_schema(wire.encode)
        values["metadata"] = {**node.get("metadata", {}), JSON_SCHEMA_KEY: wire.json_schema}
        return values, cast("Node", core_schema.no_info_wrap_validator_function(wire.decode, json))


def _are_members_with_plain_values(values: list[Any]) -> bool:
    return all(isinstance(value, enum.Enum) for value in values) and is_plain([value.value for value in values])


def _bare_choice(choice: Any) -> Any:
    return choice[0] if isinstance(choice, tuple) else choice


def _with_reference(node: Node, pair: Pair) -> Pair:
    """The pair under the name that others refer to."""
    if "ref" not in node:
        return pair
    return {**pair[0], "ref": node["ref"]}, {**pair[1], "ref": node["ref"]}


def _keep_field(node: Node, values: Node) -> None:
    """A field goes by the name that it is read by. One without a default is written, also if it is to be excluded."""
    if node["schema"]["type"] != "default":
        values.pop("serialization_exclude", None)
        values.pop("serialization_exclude_if", None)
    alias = node.get("validation_alias")
    values.pop("serialization_alias", None)
    values.pop("validation_alias", None)
    if isinstance(alias, str):
        values["serialization_alias"] = values["validation_alias"] = alias


def _allow_default_none(values: Node, json: Node) -> None:
    """A field such as `x: int = None` may be None, as an input of a task may."""
    for field_node in (values, json):
        schema = field_node["schema"]
        if (
            schema["type"] == "default"
            and schema.get("default", ...) is None
            and schema["schema"]["type"] not in _TAKE_NONE
        ):
            field_node["schema"] = {**schema, "schema": core_schema.nullable_schema(schema["schema"])}


def _is_plainly_written(node: Node) -> bool:
    return "serialization" not in node and "serialization" not in node["schema"]


def _with_subclasses(node: Node, values: Node, json: Node) -> Pair:
    """Instances of subclasses are pickled: written as the class that the hint names, they would lose what they add."""
    cls = node["cls"]

    def write(value: Any, handler: core_schema.SerializerFunctionWrapHandler) -> Any:
        return handler(value) if type(value) is cls else encode_pickle(value)

    def read(value: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> Any:
        if isinstance(value, dict) and PICKLE_KEY in value:
            value = decode_pickle(value)
        return handler(value)

    reference = values.pop("ref", None)
    json.pop("ref", None)
    outer: Any = core_schema.no_info_after_validator_function(
        unchanged,
        cast("core_schema.CoreSchema", values),
        serialization=core_schema.wrap_serializer_function_ser_schema(
            write, schema=cast("core_schema.CoreSchema", values)
        ),
    )
    other: Any = core_schema.no_info_wrap_validator_function(read, cast("core_schema.CoreSchema", json))
    if reference is not None:
        outer["ref"] = other["ref"] = reference
    return outer, other


def _type_items(node: Node, values: Node, json: Node) -> None:
    """Items of a bare `list` are `Any`, which keeps their classes."""
    if "items_schema" not in node:
        values["items_schema"], json["items_schema"] = any_value()


def _in_order(value: Any, write: core_schema.SerializerFunctionWrapHandler) -> list[Any]:
    """A set's items, in the same order in every process."""
    return sorted(write(value), key=to_json)


def revalidating(schema: Any) -> SchemaValidator:
    """A validator for values that looks into instances as well: it finds the place of what cannot be written."""
    return SchemaValidator(_always(schema), _use_prebuilt=False)


def _always(node: Any) -> Any:
    if isinstance(node, list):
        return [_always(each) for each in node]
    if isinstance(node, tuple):
        return tuple(_always(each) for each in node)
    if not isinstance(node, dict):
        return node
    made = {key: _always(each) if key in {*_CHILDREN, "definitions"} else each for key, each in node.items()}
    if node.get("type") in {"model", "dataclass"}:
        made["revalidate_instances"] = "always"
    if node.get("type") in _BY_NAME:
        return made
    return {name: _always(each) for name, each in node.items()} if not isinstance(node.get("type"), str) else made
