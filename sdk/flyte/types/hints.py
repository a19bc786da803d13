"""Makes a hint digestible for pydantic before it reads it; `wire` then changes what pydantic made of it.

Only generics are looked into; the fields of a dataclass or model are pydantic's own affair.
"""

from __future__ import annotations

import functools
import sys
import types
import typing
from typing import Annotated, Any, Union, get_args, get_origin

import typing_extensions

from . import registry


def display(hint: Any) -> str:
    """The hint as a user wrote it, as far as that can be told."""
    if hint is types.NoneType:
        return "None"
    if isinstance(hint, type) and not get_args(hint):
        return hint.__name__
    return str(hint).replace("typing.", "")


def prepare(hint: Any) -> Any:
    """The hint as pydantic should read it."""
    if (prepared := registry.prepared(hint)) is not None:
        return prepared
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return Annotated[(prepare(args[0]), *hint.__metadata__)]
    if origin in {Union, types.UnionType}:
        return Union[tuple(prepare(arg) for arg in args)]  # noqa: UP007 - built from a tuple
    if args and isinstance(origin, type):
        return _with_arguments(hint, origin, args)
    if sys.version_info < (3, 12) and typing.is_typeddict(hint):
        return _typed_dict(hint)
    return hint


def _with_arguments(hint: Any, origin: Any, args: tuple[Any, ...]) -> Any:
    prepared = tuple(arg if arg is Ellipsis or isinstance(arg, list) else prepare(arg) for arg in args)
    if prepared == args:
        return hint
    try:
        return origin[prepared if len(prepared) > 1 else prepared[0]]
    except TypeError:
        return hint


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
