"""Makes an async function callable from plain code as well: `f(...)` blocks, `f.aio(...)` is awaited.

All coroutines that are run for plain code share one event loop in a daemon thread. A call from that very thread
cannot block on itself, so it gets a loop of its own in a fresh thread.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import threading
import types
from concurrent.futures import Future
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

from . import _loops

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class BackgroundLoop:
    """An event loop in a daemon thread, started when first needed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The running loop."""
        with self._lock:
            if self._loop is None or self._thread is None or not self._thread.is_alive():
                self._loop = _loops.new_loop()
                self._thread = threading.Thread(target=self._serve, args=(self._loop,), name=self._name, daemon=True)
                self._thread.start()
            return self._loop

    @staticmethod
    def _serve(loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        loop.run_forever()

    def stop(self) -> None:
        """Ends the loop and its thread. What still runs in it is abandoned."""
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    def is_current_thread(self) -> bool:
        """Whether the caller runs in this loop's thread."""
        return self._thread is threading.current_thread()

    def start(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Schedules the coroutine with the caller's context variables."""
        loop = self.loop
        answer: Future[T] = Future()
        context = copy_context()

        def begin() -> None:
            task = loop.create_task(coroutine, context=context)
            task.add_done_callback(functools.partial(_hand_over, answer))
            answer.add_done_callback(lambda f: loop.call_soon_threadsafe(task.cancel) if f.cancelled() else None)

        loop.call_soon_threadsafe(begin)
        return answer

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Blocks until the coroutine is done. An interrupt (Ctrl-C) cancels it."""
        if self.is_current_thread():
            nested = BackgroundLoop(f"{self._name}-nested")
            try:
                return nested.run(coroutine)
            finally:
                nested.stop()
        answer = self.start(coroutine)
        try:
            with _loops.blocked():
                return answer.result()
        except KeyboardInterrupt:
            answer.cancel()
            raise


def _hand_over(answer: Future[T], task: asyncio.Task[T]) -> None:
    if not answer.set_running_or_notify_cancel():
        return
    if task.cancelled():
        answer.set_exception(asyncio.CancelledError())
    elif error := task.exception():
        answer.set_exception(error)
    else:
        answer.set_result(task.result())


BACKGROUND = BackgroundLoop("flyte-background")


class Syncified(Generic[P, R]):
    """An async function that plain code can call."""

    def __init__(self, function: Callable[P, Coroutine[Any, Any, R]], bound: tuple[Any, ...] = ()) -> None:
        functools.update_wrapper(self, _seen(function, bound))
        self._function = function
        self._bound = bound

    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs it to its end, blocking the caller."""
        return BACKGROUND.run(self.aio(*args, **kwargs))

    def aio(self, /, *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, R]:
        """The coroutine itself."""
        return self._function(*self._bound, *args, **kwargs)

    def __get__(self, instance: Any, owner: type | None = None) -> Syncified[..., R]:
        if instance is None:
            return self
        return type(self)(self._function, (instance,))


class SyncifiedIterator(Generic[P, T]):
    """An async generator function that plain code can iterate."""

    def __init__(self, function: Callable[P, AsyncIterator[T]], bound: tuple[Any, ...] = ()) -> None:
        functools.update_wrapper(self, _seen(function, bound))
        self._function = function
        self._bound = bound

    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        """Iterates it, blocking the caller between items."""
        source = self.aio(*args, **kwargs)
        end = object()
        while (item := BACKGROUND.run(_next_or(source, end))) is not end:
            yield item  # type: ignore[misc]

    def aio(self, /, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
        """The async iterator itself."""
        return self._function(*self._bound, *args, **kwargs)

    def __get__(self, instance: Any, owner: type | None = None) -> SyncifiedIterator[..., T]:
        if instance is None:
            return self
        return type(self)(self._function, (instance,))


def _seen(function: Callable[..., Any], bound: tuple[Any, ...]) -> Callable[..., Any]:
    """What shows its callers their parameters."""
    return types.MethodType(function, bound[0]) if bound else function


async def _next_or(source: AsyncIterator[T], end: object) -> T | object:
    try:
        return await anext(source)
    except StopAsyncIteration:
        return end


class SyncifiedClassMethod:
    """A class method wrapped by `syncify`: bound to the class it is taken from."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._wrapper = _wrapper_of(function)

    def __get__(self, instance: Any, owner: type) -> Any:
        return self._wrapper(self._function, (owner,))


def _wrapper_of(function: Callable[..., Any]) -> Any:
    return SyncifiedIterator if inspect.isasyncgenfunction(function) else Syncified


@overload
def syncify(function: Callable[P, Coroutine[Any, Any, R]]) -> Syncified[P, R]: ...
@overload
def syncify(function: Callable[P, AsyncIterator[T]]) -> SyncifiedIterator[P, T]: ...
@overload
def syncify(function: classmethod[Any, Any, Any]) -> Any: ...
def syncify(function: Any) -> Any:
    """Wraps an `async def` (function, method, class method, generator) so that plain code can call it too.

    Above `@classmethod`: `@syncify @classmethod async def get(cls, …)`.
    """
    if isinstance(function, classmethod):
        return SyncifiedClassMethod(function.__func__)
    return _wrapper_of(function)(function)
