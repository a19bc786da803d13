"""Kinds of values that the wire writes in its own way: two of pydantic's nodes each, for values and for their JSON."""

from __future__ import annotations

import base64
import enum
from typing import TYPE_CHECKING, Any, cast

from pydantic import SecretBytes, SecretStr
from pydantic_core import core_schema, to_json

from flyte.protocol.marks import ENUM_NAMES_KEY

from .pickled import PICKLE_KEY, decode_any, decode_pickle, encode_any, encode_pickle

if TYPE_CHECKING:
    from collections.abc import Callable

Node = dict[str, Any]
Pair = tuple[Any, Any]

JSON_SCHEMA_KEY = "flyte_json_schema"
"""Where in a node's metadata its JSON schema stands, if it is not pydantic's own."""
NAME_KEY = "flyte_name"
"""Where its name stands, as that of a union's member."""
READ_KEY = "flyte_read"
"""Where the function stands that reads its JSON."""
_PLAIN_VALUES = (str, int, float, bool)


def _written(
    check: Callable[[Any], Any], read: Callable[[Any], Any], write: Callable[[Any], Any], json_schema: Node, name: str
) -> Pair:
    """A kind of value with functions of our own."""
    values = core_schema.no_info_plain_validator_function(
        check,
        serialization=core_schema.plain_serializer_function_ser_schema(write),
        metadata={JSON_SCHEMA_KEY: lambda _generate: dict(json_schema), NAME_KEY: name, READ_KEY: read},
    )
    return values, core_schema.no_info_plain_validator_function(read)


def unchanged(value: Any) -> Any:
    """The value."""
    return value


def any_value() -> Pair:
    """`Any`: JSON where that loses nothing, else pickled."""
    return _written(unchanged, decode_any, encode_any, {}, "Any")


def bytes_value(node: Node) -> Pair:
    """`bytes`: base64."""

    def read(value: Any) -> Any:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else value

    values = {
        **node,
        "serialization": core_schema.plain_serializer_function_ser_schema(
            lambda b: base64.b64encode(b).decode("ascii")
        ),
        "metadata": {
            JSON_SCHEMA_KEY: lambda _generate: {"type": "string", "format": "binary", "contentEncoding": "base64"}
        },
    }
    return values, core_schema.no_info_before_validator_function(read, cast("core_schema.CoreSchema", dict(node)))


def pickled(cls: Any, name: str) -> Pair:
    """Instances of a class that JSON cannot describe; of any, where there is no class."""

    def check(value: Any) -> Any:
        if cls is not None and not isinstance(value, cls) and not _has_its_name(value, cls):
            raise ValueError(f"not an instance of {name}")
        return value

    def read(value: Any) -> Any:
        if isinstance(value, dict) and PICKLE_KEY in value:
            value = decode_pickle(value)
        return check(value)

    return _written(check, read, encode_pickle, {"type": "object", "x-flyte-pickle": name}, name)


def _has_its_name(value: Any, cls: type) -> bool:
    """Whether it is of the same class of another process, where the program is `__main__` or was not."""
    return any(
        each.__qualname__ == cls.__qualname__ and "__main__" in {each.__module__, cls.__module__}
        for each in type(value).__mro__
    )


def is_secret(node: Node) -> bool:
    """Whether it is the node of `SecretStr` or `SecretBytes`."""
    checked = node.get("strict_schema", {}).get("python_schema", {}).get("choices", ())
    return any(choice.get("cls") in {SecretStr, SecretBytes} for choice in checked if isinstance(choice, dict))


def secret(node: Node) -> Pair:
    """Refused: it would arrive as asterisks, or be kept with the run for all to read."""

    def refuse(_value: Any) -> Any:
        raise ValueError("a secret cannot be an input or output, which are kept and shown: use flyte.Secret")

    values = core_schema.no_info_plain_validator_function(
        refuse,
        serialization=core_schema.plain_serializer_function_ser_schema(refuse),
        metadata={JSON_SCHEMA_KEY: lambda _generate: {"type": "string", "format": "password"}},
    )
    return values, dict(node)


def is_plain(values: list[Any]) -> bool:
    """Whether JSON holds all of them, and tells one from the other."""
    plain = all(type(value) in _PLAIN_VALUES or value is None for value in map(_value_of_mixed, values))
    return plain and len({to_json(value) for value in values}) == len(values)


def _value_of_mixed(value: Any) -> Any:
    """The value of a member of `class Colour(str, Enum)` in itself."""
    if isinstance(value, enum.Enum):
        return value
    return next((base(value) for base in _PLAIN_VALUES if isinstance(value, base) and type(value) is not bool), value)


def literal_name(value: Any) -> str:
    """What a value of a `Literal` goes by."""
    return value.name if isinstance(value, enum.Enum) else str(value)


def tags_of(name: Any) -> tuple[Any, ...]:
    """A tagged union's tag in values, and on the wire."""
    return (name, name.value) if isinstance(name, enum.Enum) else (name,)


def by_name(what: str, members: dict[str, Any]) -> Pair:
    """Values that go by their names, for JSON cannot hold them."""

    def check(value: Any) -> Any:
        if not any(value == member and type(value) is type(member) for member in members.values()):
            raise ValueError(f"not a {what}: one of {', '.join(members)} is wanted")
        return value

    def read(value: Any) -> Any:
        if isinstance(value, str) and value in members:
            return members[value]
        return check(value)

    def write(value: Any) -> str:
        return next(name for name, member in members.items() if member == value)

    names = list(members)
    return _written(check, read, write, {"enum": names, "type": "string", ENUM_NAMES_KEY: names}, what)


def by_value(members: list[enum.Enum]) -> Pair:
    """Members of an enumeration that go by their values, which JSON can hold; `by_name` is for others."""
    what = " | ".join(str(member) for member in members)

    def check(value: Any) -> Any:
        if not any(value is member for member in members):
            raise ValueError(f"not one of {what}")
        return value

    def read(value: Any) -> Any:
        found = [each for each in members if value == each.value and type(value) is type(each.value)]
        return found[0] if found else check(value)

    values: list[Any] = [member.value for member in members]
    schema = {"enum": values, ENUM_NAMES_KEY: [member.name for member in members]}
    return _written(check, read, lambda member: member.value, schema, what)


def is_untyped(node: Node) -> bool:
    """Whether a dict is a bare one."""
    return all(node.get(key, {"type": "any"})["type"] == "any" for key in ("keys_schema", "values_schema"))


def untyped_dict() -> Pair:
    """A bare `dict`: its values keep their classes, and as a whole it is pickled if its keys are no text."""

    def check(value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueError("not a dict")  # noqa: TRY004 - pydantic takes ValueError only
        return value

    def read(value: Any) -> Any:
        if isinstance(value, dict) and PICKLE_KEY not in value:
            return {key: decode_any(each) for key, each in value.items()}
        return check(decode_any(value))

    def write(value: dict[Any, Any]) -> Any:
        if PICKLE_KEY in value or type(value) is not dict or not all(type(key) is str for key in value):
            return encode_pickle(value)
        return {key: encode_any(each) for key, each in value.items()}

    return _written(check, read, write, {"type": "object", "additionalProperties": True}, "dict")
