"""`flyte.map`: one action for each item, results in the order of the items."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING, Any

from . import _context

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator

    from ._task import TaskTemplate


class Mapper:
    """Runs a task over items: `flyte.map(task, xs)`, or `async for y in flyte.map.aio(task, xs)`."""

    def __call__(
        self,
        func: TaskTemplate[..., Any] | functools.partial[Any],
        *args: Iterable[Any],
        group_name: str | None = None,
        concurrency: int = 0,
        return_exceptions: bool = True,
    ) -> Iterator[Any]:
        """Results in order; blocks until each is there.

        Args:
            func: A task, or a partial of one that leaves the mapped parameters open.
            *args: One iterable for each mapped parameter; the shortest ends the map.
            group_name: The group of its actions, by default named after the task.
            concurrency: Most actions at a time; 0 means no bound.
            return_exceptions: Give errors back as values instead of raising the first.

        Raises:
            TypeError: The partial does not leave exactly the mapped parameters open.
        """
        source = self.aio(
            func, *args, group_name=group_name, concurrency=concurrency, return_exceptions=return_exceptions
        )
        return _blocking(source)

    def aio(
        self,
        func: TaskTemplate[..., Any] | functools.partial[Any],
        *args: Iterable[Any],
        group_name: str | None = None,
        concurrency: int = 0,
        return_exceptions: bool = True,
    ) -> AsyncIterator[Any]:
        """The same as an async iterator. All actions start with the first step, as far as `concurrency` lets them."""
        if concurrency < 0:
            raise ValueError(f"concurrency={concurrency}: not negative")
        task, call = _callable(func, len(args))
        items = zip(*args, strict=False)
        return _results(call, items, group_name or f"map-{task.short_name}", concurrency, return_exceptions)


def _callable(func: Any, iterables: int) -> tuple[TaskTemplate[..., Any], Callable[..., Coroutine[Any, Any, Any]]]:
    """The task, and what makes a coroutine of one item."""
    from ._task import TaskTemplate

    if isinstance(func, TaskTemplate):
        return func, func.aio
    if not isinstance(func, functools.partial) or not isinstance(func.func, TaskTemplate):
        raise TypeError(f"flyte.map takes a task or a functools.partial of one, not {func!r:.200}")
    task = func.func
    taken = [*task.interface.positional[: len(func.args)], *func.keywords]
    left = [name for name in task.interface.inputs if name not in taken]
    if len(left) != 1 or iterables > 1:
        raise TypeError(
            f"flyte.map: a partial must leave one parameter of {task.name} open, and it leaves "
            f"{len(left)} ({', '.join(left) or 'none'}) for {iterables} iterables"
        )
    if left[0] in task.interface.positional and left[0] != task.interface.positional[len(func.args)]:
        raise TypeError(
            f"flyte.map: the mapped value goes in first place after the partial's own, which is "
            f"{task.interface.positional[len(func.args)]!r} of {task.name}, and that is given by keyword already"
        )
    return task, functools.partial(task.aio, *func.args, **func.keywords)


async def _results(
    call: Callable[..., Coroutine[Any, Any, Any]],
    items: Iterable[tuple[Any, ...]],
    group_name: str,
    concurrency: int,
    return_exceptions: bool,  # noqa: FBT001 - handed on
) -> AsyncIterator[Any]:
    gate = asyncio.Semaphore(concurrency) if concurrency else None
    with _context.group(group_name):
        coroutines = [_guarded(gate, call(*item)) for item in items]
    running = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        for job in running:
            try:
                yield await job
            except Exception as error:
                if not return_exceptions:
                    raise
                yield error
    finally:
        for job in running:
            job.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _guarded(gate: asyncio.Semaphore | None, coroutine: Coroutine[Any, Any, Any]) -> Any:
    if gate is None:
        return await coroutine
    async with gate:
        return await coroutine


def _blocking(source: AsyncIterator[Any]) -> Iterator[Any]:
    """Iterates an async iterator from plain code, in a loop and thread of its own."""
    from ._syncify import BackgroundLoop

    loop = BackgroundLoop("flyte-map")
    end = object()

    async def following() -> Any:
        return await anext(source, end)

    try:
        while (item := loop.run(following())) is not end:
            yield item
    finally:
        loop.run(_closed(source))
        loop.stop()


async def _closed(source: AsyncIterator[Any]) -> None:
    close = getattr(source, "aclose", None)
    if close is not None:
        await close()


map_ = Mapper()
"""The public `flyte.map`."""
