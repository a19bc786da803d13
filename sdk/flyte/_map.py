"""`flyte.map`: one action for each item, results in the order of the items."""

from __future__ import annotations

import asyncio
import functools
from collections import deque
from dataclasses import dataclass
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
            concurrency: Most actions at a time; 0, or less, means no bound.
            return_exceptions: Give errors back as values instead of raising the first.

        Raises:
            TypeError: The partial does not leave exactly the mapped parameters open.
        """
        return _blocking(_running(func, args, group_name, concurrency, return_exceptions))

    def aio(
        self,
        func: TaskTemplate[..., Any] | functools.partial[Any],
        *args: Iterable[Any],
        group_name: str | None = None,
        concurrency: int = 0,
        return_exceptions: bool = True,
    ) -> AsyncIterator[Any]:
        """The same as an async iterator. All actions start with the first step, as far as `concurrency` lets them."""
        return _running(func, args, group_name, concurrency, return_exceptions).results()


@dataclass(frozen=True, slots=True)
class _Options:
    group_name: str
    concurrency: int
    return_exceptions: bool


def _running(
    func: Any,
    iterables: tuple[Iterable[Any], ...],
    group_name: str | None,
    concurrency: int,
    return_exceptions: bool,  # noqa: FBT001 - handed on
) -> _Running:
    task, call = _callable(func, len(iterables))
    options = _Options(group_name or f"map-{task.short_name}", max(concurrency, 0), return_exceptions)
    return _Running(call, zip(*iterables, strict=False), options)


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


class _Running:
    """A map's actions. Iterated, it gives their results in order; `following` gives all that are there at a time."""

    def __init__(
        self, call: Callable[..., Coroutine[Any, Any, Any]], items: Iterable[tuple[Any, ...]], options: _Options
    ) -> None:
        self._call = call
        self._items = items
        self._options = options
        self._jobs: deque[asyncio.Future[Any]] | None = None

    async def results(self) -> AsyncIterator[Any]:
        """One by one."""
        try:
            while batch := await self.following():
                for value in batch:
                    yield value
        finally:
            await self.close()

    async def following(self) -> list[Any]:
        """The next result, and those after it that are there already; none at the end."""
        jobs = self._jobs
        if jobs is None:
            jobs = self._jobs = self._started()
        values: list[Any] = []
        while jobs and (not values or jobs[0].done()):
            job = jobs[0]
            try:
                values.append(await job)
            except Exception as error:
                if self._options.return_exceptions:
                    values.append(error)
                elif values:
                    break  # what came before it is given first
                else:
                    raise
            jobs.popleft()
        return values

    async def close(self) -> None:
        """Cancels what nobody will take any more."""
        jobs, self._jobs = self._jobs, deque()
        for job in jobs or ():
            job.cancel()
        await asyncio.gather(*(jobs or ()), return_exceptions=True)

    def _started(self) -> deque[asyncio.Future[Any]]:
        call, bound, items = self._call, self._options.concurrency, list(self._items)
        with _context.group_of(self._options.group_name, len(items)):
            if not bound:
                return deque(asyncio.ensure_future(call(*item)) for item in items)
            gate = asyncio.Semaphore(bound)
            return deque(asyncio.ensure_future(_in_turn(gate, call, item)) for item in items)


async def _in_turn(
    gate: asyncio.Semaphore, call: Callable[..., Coroutine[Any, Any, Any]], item: tuple[Any, ...]
) -> Any:
    """Calls once there is room: of a large map, only those inputs are encoded that are on their way."""
    async with gate:
        return await call(*item)


def _blocking(running: _Running) -> Iterator[Any]:
    """Iterates from plain code, in a loop and thread of its own."""
    from ._syncify import BackgroundLoop

    loop = BackgroundLoop("flyte-map")
    try:
        while batch := loop.run(running.following()):
            yield from batch
    finally:
        loop.run(running.close())
        loop.stop()


map_ = Mapper()
"""The public `flyte.map`."""
