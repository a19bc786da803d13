"""Makes a hint digestible for pydantic: what it cannot describe is pickled, bytes become base64, and so on.

Only generics are looked into; the fields of a dataclass or model are pydantic's own affair.
"""

from __future__ import annotations

import base64
import collections.abc
import functools
import types
import typing
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import typing_extensions
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, PydanticSchemaGenerationError, TypeAdapter
from pydantic_core import CoreSchema, core_schema

from . import registry
from .pickled import PICKLE_KEY, decode_pickle, encode_pickle, is_native_json

_UNDESCRIBED = (collections.abc.Callable, functools.partial, types.FunctionType, type)


def display(hint: Any) -> str:
    """The hint as a user wrote it, as far as that can be told."""
    if hint is types.NoneType:
        return "None"
    if isinstance(hint, type) and not get_args(hint):
        return hint.__name__
    return str(hint).replace("typing.", "")


class _Pickle:
    """Marks a class whose instances travel pickled."""

    def __init__(self, cls: Any) -> None:
        self.cls = cls if isinstance(cls, type) and cls is not object else None
        self.name = display(cls)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.check, serialization=core_schema.plain_serializer_function_ser_schema(encode_pickle)
        )

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "object", "x-flyte-pickle": self.name}

    def check(self, value: Any) -> Any:
        """Takes an instance, or the JSON that stands for one."""
        if isinstance(value, dict) and PICKLE_KEY in value:
            value = decode_pickle(value)
        if self.cls is not None and not isinstance(value, self.cls):
            same_name = any(
                f"{c.__module__}.{c.__qualname__}".split(".", 1)[-1] == self.cls.__qualname__
                for c in type(value).__mro__
            )
            if not same_name:
                raise ValueError(f"not an instance of {self.name}")
        return value


class _AnyValue:
    """Marks `Any`: JSON where that loses nothing, else pickled."""

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.check, serialization=core_schema.plain_serializer_function_ser_schema(self.encode)
        )

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {}

    @staticmethod
    def check(value: Any) -> Any:
        return decode_pickle(value) if isinstance(value, dict) and PICKLE_KEY in value else value

    @staticmethod
    def encode(value: Any) -> Any:
        return value if is_native_json(value) else encode_pickle(value)


class _Base64:
    """Marks `bytes`: base64 in JSON."""

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.check, serialization=core_schema.plain_serializer_function_ser_schema(self.encode)
        )

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "format": "binary", "contentEncoding": "base64"}

    @staticmethod
    def check(value: Any) -> bytes:
        if isinstance(value, bytes):
            return value
        if isinstance(value, bytearray | memoryview):
            return bytes(value)
        if isinstance(value, str):
            return base64.b64decode(value, validate=True)
        raise ValueError("not bytes")

    @staticmethod
    def encode(value: bytes) -> str:
        return base64.b64encode(value).decode("ascii")


def pickled(hint: Any) -> Any:
    """The hint with a mark that its values travel pickled."""
    return Annotated[Any, _Pickle(hint)]


def prepare(hint: Any) -> Any:  # noqa: PLR0911 - one case a return
    """The hint as pydantic should read it."""
    if hint is Any or hint is object:
        return Annotated[Any, _AnyValue()]
    if hint is bytes:
        return Annotated[bytes, _Base64()]
    if isinstance(hint, TypeVar):
        return prepare(hint.__bound__ or Any)
    if (prepared := registry.prepared(hint)) is not None:
        return prepared
    origin, args = get_origin(hint), get_args(hint)
    if origin is typing.Literal:
        return hint
    if origin is Annotated:
        return Annotated[(prepare(args[0]), *hint.__metadata__)]
    if origin in {Union, types.UnionType}:
        return Union[tuple(prepare(arg) for arg in args)]  # noqa: UP007 - built from a tuple
    if origin is not None and origin not in _UNDESCRIBED and args:
        return _with_arguments(hint, origin, args)
    if typing.is_typeddict(hint):
        return _typed_dict(hint)
    return hint if _described(origin or hint, hint) else pickled(hint)


def _with_arguments(hint: Any, origin: Any, args: tuple[Any, ...]) -> Any:
    prepared = tuple(arg if arg is Ellipsis else prepare(arg) for arg in args)
    if prepared == args:
        return hint if _described(origin, hint) else pickled(hint)
    try:
        return origin[prepared if len(prepared) > 1 else prepared[0]]
    except TypeError:
        return hint


def _described(origin: Any, hint: Any) -> bool:
    """Whether pydantic knows the type, apart from hints that it does know but that say nothing about the values."""
    if origin in _UNDESCRIBED:
        return False
    try:
        TypeAdapter(hint)
    except PydanticSchemaGenerationError:
        return False
    return True


@functools.cache
def _typed_dict(hint: Any) -> Any:
    """`typing.TypedDict` as pydantic needs it: before Python 3.12 it cannot read the standard library's."""
    fields = typing.get_type_hints(hint, include_extras=True)
    prepared = {name: prepare(_bare(field)) for name, field in fields.items()}
    required = getattr(hint, "__required_keys__", frozenset(fields))
    keys = {
        name: field if name in required else typing_extensions.NotRequired[field] for name, field in prepared.items()
    }
    make: Any = typing_extensions.TypedDict
    made = make(hint.__name__, keys)
    made.__module__ = hint.__module__
    made.__doc__ = hint.__doc__
    return made


def _bare(field: Any) -> Any:
    wrappers = {typing.Required, typing.NotRequired, typing_extensions.ReadOnly}
    return _bare(get_args(field)[0]) if get_origin(field) in wrappers else field
