"""Shapes of Python hints. What pydantic has to read is read when a value is given, not for the help page."""

from __future__ import annotations

import dataclasses
import enum
import typing
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from flyte.protocol.marks import IO_MARK

from .documents import Document, merge_records
from .locations import Location, kind_of_hint
from .shapes import Boolean, Checked, Choice, Decimals, Imported, Integer, Nothing, Number, Shape, Text, Variants
from .times import Day, Instant, Span

if TYPE_CHECKING:
    from collections.abc import Callable

_LEAVES: dict[Any, type[Shape]] = {
    str: Text,
    int: Integer,
    float: Number,
    bool: Boolean,
    datetime: Instant,
    date: Day,
    timedelta: Span,
    NoneType: Nothing,
    None: Nothing,
}
_CONTAINERS = (Mapping, Sequence, AbstractSet)

NO_DEFAULT: Any = object()


def shape_of_hint(hint: Any, default: Any = NO_DEFAULT) -> Shape:  # noqa: PLR0911 - one kind of hint a return
    """How an argument of this type is written.

    Args:
        hint: The parameter's annotation.
        default: The parameter's default, which completes a record given in part.
    """
    if (leaf := _leaf(hint)) is not None:
        return leaf
    origin = get_origin(hint)
    if origin is Annotated:
        return _annotated(hint, default)
    if origin in {Union, UnionType}:
        return Variants([shape_of_hint(variant, default) for variant in get_args(hint)])
    if origin is Literal:
        return _choice(get_args(hint))
    if hasattr(hint, "__supertype__"):  # NewType
        return shape_of_hint(hint.__supertype__, default)
    if hasattr(hint, "__value__"):  # type X = …
        return shape_of_hint(hint.__value__, default)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return choice_of_members({member.name: (member, member.value) for member in hint})
    if (kind := kind_of_hint(hint)) is not None:
        return Location(kind, _decoder(hint))
    if _is_document(hint, origin):
        return _document(hint, default)
    return _undescribed(hint, default)


def _choice(values: Sequence[Any]) -> Choice:
    if all(isinstance(value, enum.Enum) for value in values):
        return choice_of_members({value.name: (value, value.value) for value in values})
    return choice_of_values(values)


def is_boolean(hint: Any) -> bool:
    """Whether the argument is a flag: `--x`, `--no-x`."""
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    return hint is bool


def choice_of_values(values: Sequence[Any]) -> Choice:
    """Literals go by their value; the upper case that Flyte wants is understood too."""
    options = {str(value): value for value in values}
    return Choice(options, {name.upper(): value for name, value in options.items() if isinstance(value, str)})


def choice_of_members(members: Mapping[str, tuple[Any, Any]]) -> Choice:
    """Enumerations go by the member's name; its value is understood too.

    Args:
        members: What is passed on, and the member's value, by the member's name.
    """
    options = {name: passed for name, (passed, _) in members.items()}
    return Choice(options, {str(value): passed for passed, value in members.values()})


def _leaf(hint: Any) -> Shape | None:
    try:
        found = _LEAVES.get(hint)
    except TypeError:  # an unhashable annotation
        return None
    return found() if found else None


def _is_document(hint: Any, origin: Any) -> bool:
    kind = origin or hint
    if not isinstance(kind, type):
        return False
    if issubclass(kind, str | bytes | bytearray | memoryview):
        return False
    return (
        issubclass(kind, _CONTAINERS)
        or dataclasses.is_dataclass(kind)
        or typing.is_typeddict(kind)
        or hasattr(kind, "model_validate")
    )


def _annotated(hint: Any, default: Any) -> Shape:
    inner = shape_of_hint(get_args(hint)[0], default)
    return inner if isinstance(inner, Document) else Checked(inner, _decoder(hint))


def _document(hint: Any, default: Any) -> Document:
    return Document(_decoder(hint), None if default in (NO_DEFAULT, None) else _completion(hint, default))


def _completion(hint: Any, default: Any) -> Callable[[Any], Any]:
    def complete(given: Any) -> Any:
        from flyte.types import ValueMismatch, codec_for

        if not isinstance(given, dict):
            return given
        codec = codec_for(hint)
        schema = codec.schema()
        try:
            encoded = codec.encode(default)
        except ValueMismatch:  # a default that its own hint does not allow has nothing to give
            return given
        return merge_records(encoded, given, schema, schema.get("$defs", {}))

    return complete


def _decoder(hint: Any) -> Callable[[Any], Any]:
    def decode(json: Any) -> Any:
        from flyte.types import ValueMismatch, codec_for

        codec = codec_for(hint)
        try:
            return codec.decode(json)
        except ValueMismatch as error:
            try:
                return codec.decode(codec.encode(json))  # as a program gives it, with members by their names
            except ValueMismatch:
                raise ValueError(f"{error}.") from None

    return decode


def _undescribed(hint: Any, default: Any) -> Shape:  # noqa: PLR0911 - one kind of schema a return
    """What no rule here knows is told apart by the JSON schema that the type engine gives it."""
    from flyte.types import codec_for

    schema, decode = codec_for(hint).schema(), _decoder(hint)
    if IO_MARK in schema:
        return Location(schema[IO_MARK], decode)
    if "x-flyte-pickle" in schema:
        return Imported(decode)
    if not schema:
        return Variants([Document(decode), Imported(decode)])
    if schema.get("contentEncoding") == "base64":
        return Variants([Imported(decode), Checked(Text(), decode)])
    if schema.get("format") == "decimal":
        return Checked(Decimals(), decode)
    if schema.get("type") == "string":
        return Checked(Text(), decode)
    return _document(hint, default)
