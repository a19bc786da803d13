"""JSON as Python values by a JSON schema alone: results of deployed tasks, whose classes are not at hand.

Dates, files, enumerations and pickles come back as what they are, records as objects with their fields. What the schema
does not tell stays JSON.
"""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import functools
import json
import keyword
import pathlib
import uuid
from collections import namedtuple
from dataclasses import make_dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Union

from flyte.protocol.marks import DICT_KEY, ENUM_NAMES_KEY, FIELDS_KEY, IO_MARK

from .codec import ValueMismatch, codec_for
from .pickled import PICKLE_KEY, decode_pickle
from .unions import VARIANT_KEY, VARIANTS_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Json = Any
Schema = dict[str, Any]

_FORMATS: dict[str, Any] = {
    "date-time": dt.datetime,
    "date": dt.date,
    "time": dt.time,
    "duration": dt.timedelta,
    "uuid": uuid.UUID,
    "path": pathlib.Path,
    "decimal": decimal.Decimal,
}
_SCALARS: dict[str, Any] = {"string": str, "integer": int, "number": float, "boolean": bool, "null": type(None)}
_JSON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}


class Guessed:
    """What instances of classes that were made of a schema have in common."""

    flyte_schema: ClassVar[Schema] = {}
    """The schema, with its `$defs`."""


class GuessedEnum(enum.Enum):
    """The same of enumerations."""


def decode_by_schema(wire: Json, schema: Mapping[str, Json]) -> Any:
    """The value that a task with this schema wrote.

    Args:
        wire: JSON.
        schema: The output's, or input's, schema with its `$defs`.

    Returns:
        The value; JSON as it is, where the schema does not tell what it stands for or a pickle cannot be read here.
    """
    return _Decoding(schema.get("$defs", {})).decode(wire, schema)


class _Decoding:
    def __init__(self, definitions: Mapping[str, Schema]) -> None:
        self._definitions = definitions
        self._classes: dict[int, type] = {}

    def decode(self, wire: Json, schema: Any) -> Any:  # noqa: PLR0911 - one kind of value a return
        schema = self._resolved(schema)
        if isinstance(wire, dict) and PICKLE_KEY in wire:
            return _unpickled(wire)
        if wire is None or schema.get("type") == "null":
            return wire
        if "anyOf" in schema and schema.get("format") != "decimal":
            return self._member(wire, schema)
        if schema.keys() >= {"title", ENUM_NAMES_KEY} and wire in schema["enum"]:
            return _enumeration(schema["title"], tuple(schema[ENUM_NAMES_KEY]), tuple(schema["enum"]))(wire)
        if isinstance(wire, dict):
            return self._object(wire, schema)
        if isinstance(wire, list):
            return self._array(wire, schema)
        return _leaf(wire, schema)

    def _resolved(self, schema: Any) -> Schema:
        if not isinstance(schema, dict):
            return {}
        reference = schema.get("$ref")
        return schema if reference is None else self._resolved(self._definitions.get(reference.rpartition("/")[2]))

    def _member(self, wire: Json, schema: Schema) -> Any:
        members = [self._resolved(part) for part in schema["anyOf"]]
        hints = [_hint(member) for member in members]
        if None not in hints:  # read as the task reads it
            return _by_hint(wire, Union[tuple(hints)])  # noqa: UP007 - made at run time
        if VARIANTS_KEY in schema and isinstance(wire, dict) and wire.keys() == {VARIANT_KEY, "value"}:
            return self.decode(wire["value"], members[schema[VARIANTS_KEY].index(wire[VARIANT_KEY])])
        fitting = [member for member in members if _fits(wire, member)]
        whole = (
            each for each in fitting if isinstance(wire, dict) and each.get("properties", {}).keys() == wire.keys()
        )
        return self.decode(wire, next(whole, fitting[0] if fitting else {}))

    def _object(self, wire: dict[str, Json], schema: Schema) -> Any:
        if (kind := schema.get(IO_MARK)) is not None:
            return _reference(wire, kind)
        properties, others = schema.get("properties"), schema.get("additionalProperties", {})
        if properties is None:
            return {name: self.decode(each, others) for name, each in wire.items()}
        values = {name: self.decode(each, properties.get(name, {})) for name, each in wire.items()}
        made = None if schema.get(DICT_KEY) or not all(map(_is_name, properties)) else self._class(_record, schema)
        if made is None or not values.keys() <= properties.keys():
            return values
        absent = {name: self.decode(each.get("default"), each) for name, each in properties.items()}
        return made(**absent | values)

    def _class(self, make: Callable[[str], type], schema: Schema) -> Any:
        """The class of values of that schema: one, so that equal values are equal."""
        if id(schema) not in self._classes:
            self._classes[id(schema)] = make(json.dumps({**schema, "$defs": self._definitions}))
        return self._classes[id(schema)]

    def _array(self, wire: list[Json], schema: Schema) -> Any:
        first, rest = schema.get("prefixItems", []), schema.get("items", {})
        items = [self.decode(each, first[index] if index < len(first) else rest) for index, each in enumerate(wire)]
        if FIELDS_KEY in schema:
            return self._class(_named_tuple, schema)._make(items)
        if first:
            return tuple(items)
        try:
            return set(items) if schema.get("uniqueItems") else items
        except TypeError:  # records, which are not hashable here
            return items


def _leaf(wire: Json, schema: Schema) -> Any:
    hint = _hint(schema)
    return wire if hint is None else _by_hint(wire, hint)


def _hint(schema: Schema) -> Any:
    """The class of values without parts; None of others."""
    if schema.get("contentEncoding") == "base64":
        return bytes
    if "enum" in schema or "const" in schema:
        return None
    return _FORMATS.get(schema.get("format", ""), _SCALARS.get(schema.get("type", "")))


def _reference(wire: dict[str, Json], kind: str) -> Any:
    from flyte.io import DataFrame, Dir, File

    return _by_hint(wire, {"file": File, "dir": Dir, "dataframe": DataFrame}[kind])


def _by_hint(wire: Json, hint: Any) -> Any:
    try:
        return codec_for(hint).decode(wire)
    except ValueMismatch:
        return wire


def _unpickled(wire: dict[str, Json]) -> Any:
    try:
        return decode_pickle(wire)
    except ValueError:  # of another Python, or of a class that is not installed here
        return wire


def _fits(wire: Json, schema: Schema) -> bool:
    if "enum" in schema:
        return wire in schema["enum"]
    if isinstance(wire, dict) and not wire.keys() >= set(schema.get("required", ())):
        return False
    kinds = _JSON_TYPES.get(schema.get("type", ""))
    return kinds is None or (isinstance(wire, kinds) and (not isinstance(wire, bool) or bool in kinds))


def _is_name(text: str) -> bool:
    return text.isidentifier() and not keyword.iskeyword(text)


@functools.cache
def _record(schema: str) -> type:
    made = json.loads(schema)
    fields = [(name, Any) for name in made["properties"]]
    return make_dataclass(made.get("title", "Record"), fields, bases=(Guessed,), namespace={"flyte_schema": made})


@functools.cache
def _named_tuple(schema: str) -> type:
    made = json.loads(schema)
    fields_of: Any = namedtuple  # noqa: PYI024 - the names are data
    fields = fields_of("NamedTuple", made[FIELDS_KEY], rename=True)
    return type("NamedTuple", (fields, Guessed), {"flyte_schema": made})


@functools.cache
def _enumeration(title: str, names: tuple[str, ...], values: tuple[Json, ...]) -> type[GuessedEnum]:
    """Of texts, members are texts too, as of an `enum.StrEnum`."""
    made: Any = GuessedEnum
    mixed = str if all(isinstance(value, str) for value in values) else None
    members: type[GuessedEnum] = made(title, list(zip(names, values, strict=True)), module=__name__, type=mixed)
    return members
