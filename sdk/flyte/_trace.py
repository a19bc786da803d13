"""`@flyte.trace`: records what a function gave, so that another attempt of the same action takes it from the record."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, TypeVar, cast

from . import _context
from .runtime.naming import call_key, canonical

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from ._context import TaskContext

F = TypeVar("F", bound="Callable[..., Any]")


def trace(func: F) -> F:
    """Records results of a function (sync or async, or a generator) that a task calls.

    Equal calls are told apart by their order. Errors are not recorded: another attempt calls again. Tasks cannot be
    called inside; their `.forward` can. Outside of a run it is the function itself.
    """
    if inspect.isasyncgenfunction(func):
        return cast("F", _async_generator(func))
    if inspect.isgeneratorfunction(func):
        return cast("F", _generator(func))
    if inspect.iscoroutinefunction(func):
        return cast("F", _coroutine(func))
    return cast("F", _function(func))


def _function(func: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(func)
    def traced(*args: Any, **kwargs: Any) -> Any:
        context = _context.current()
        if context is None:
            return func(*args, **kwargs)
        key, traces = _key(context, func, args, kwargs), context.state.traces
        if (found := traces.find(key)) is not None:
            return found.value
        with _context.entered(context.replace(in_trace=True)):
            value = func(*args, **kwargs)
        traces.keep(key, _name(func), value)
        return value

    return traced


def _coroutine(func: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(func)
    async def traced(*args: Any, **kwargs: Any) -> Any:
        context = _context.current()
        if context is None:
            return await func(*args, **kwargs)
        key, traces = _key(context, func, args, kwargs), context.state.traces
        if (found := await traces.find_async(key)) is not None:
            return found.value
        with _context.entered(context.replace(in_trace=True)):
            value = await func(*args, **kwargs)
        await traces.keep_async(key, _name(func), value)
        return value

    return traced


def _generator(func: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(func)
    def traced(*args: Any, **kwargs: Any) -> Iterator[Any]:
        context = _context.current()
        if context is None:
            yield from func(*args, **kwargs)
            return
        key, traces = _key(context, func, args, kwargs), context.state.traces
        if (found := traces.find(key)) is not None:
            yield from found.value
            return
        items = []
        with _context.entered(context.replace(in_trace=True)):
            for item in func(*args, **kwargs):
                items.append(item)
                yield item
        traces.keep(key, _name(func), items)

    return traced


def _async_generator(func: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(func)
    async def traced(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        context = _context.current()
        if context is None:
            async for item in func(*args, **kwargs):
                yield item
            return
        key, traces = _key(context, func, args, kwargs), context.state.traces
        if (found := await traces.find_async(key)) is not None:
            for item in found.value:
                yield item
            return
        items = []
        with _context.entered(context.replace(in_trace=True)):
            async for item in func(*args, **kwargs):
                items.append(item)
                yield item
        await traces.keep_async(key, _name(func), items)

    return traced


def _key(context: TaskContext, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """What tells this call from others: the function, its arguments, and how many equal calls came before."""
    from .types.codec import codec_for

    bound = inspect.signature(func).bind(*args, **kwargs)
    bound.apply_defaults()
    encoded = {name: codec_for(Any).encode(value) for name, value in bound.arguments.items()}
    group = context.group_data.name if context.group_data else None
    key = call_key(f"trace:{_name(func)}", canonical(encoded), group)
    return f"{key}-{context.state.call_number(key)}"


def _name(func: Callable[..., Any]) -> str:
    return f"{func.__module__}.{func.__qualname__}"
