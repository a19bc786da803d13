"""Makes a hint digestible for pydantic before it reads it; `wire` then changes what pydantic made of it.

Only generics are looked into; the fields of a dataclass or model are pydantic's own affair.
"""

from __future__ import annotations

import functools
import sys
import types
import typing
from contextvars import ContextVar
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

import typing_extensions

from . import registry

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import core_schema


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


_making: ContextVar[frozenset[Any]] = ContextVar("flyte-typed-dicts", default=frozenset())


class _Itself:
    """Stands for a TypedDict within itself, which pydantic asks for when all of it is known."""

    def __init__(self, hint: Any) -> None:
        self._hint = hint

    def __get_pydantic_core_schema__(self, _source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return handler.generate_schema(_typed_dict(self._hint))


def _typed_dict(hint: Any) -> Any:
    making = _making.get()
    if hint in making:
        return Annotated[Any, _Itself(hint)]
    entered = _making.set(making | {hint})
    try:
        return _readable_typed_dict(hint)
    finally:
        _making.reset(entered)


@functools.cache
def _readable_typed_dict(hint: Any) -> Any:
    """`typing.TypedDict` as pydantic needs it: before Python 3.12 it cannot read the standard library's."""
    fields = typing.get_type_hints(hint, include_extras=True)
    required = getattr(hint, "__required_keys__", frozenset(fields))
    keys = {
        name: prepare(_bare(field))
        if _is_required(field, by_class=name in required)
        else typing_extensions.NotRequired[prepare(_bare(field))]
        for name, field in fields.items()
    }
    make: Any = typing_extensions.TypedDict
    made = make(hint.__name__, keys)
    made.__module__ = hint.__module__
    made.__doc__ = hint.__doc__
    return made


def _is_required(field: Any, *, by_class: bool) -> bool:
    """Whether a key must be there. What annotations are as texts, the class itself has not seen."""
    origin = get_origin(field)
    if origin is typing_extensions.ReadOnly:
        return _is_required(get_args(field)[0], by_class=by_class)
    return origin is typing.Required or (by_class and origin is not typing.NotRequired)


def _bare(field: Any) -> Any:
    wrappers = {typing.Required, typing.NotRequired, typing_extensions.ReadOnly}
    return _bare(get_args(field)[0]) if get_origin(field) in wrappers else field
