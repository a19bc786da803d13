"""The controller of local mode: actions run in this process, with the semantics of the backend.

The life of an action is one generator without input or output, `_life`, that is driven twice: by a caller that blocks,
and by an event loop. A sync task called from sync code runs in the caller's own thread; an async one in the caller's
own loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import dataclasses
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flyte import _context
from flyte._context import ActionID, CheckpointPaths, RawDataPath, TaskContext
from flyte._timeout import as_timeout, seconds
from flyte.errors import (
    DeadlineExceededError,
    MaxRuntimeExceededError,
    RemoteTaskUsageError,
)
from flyte.report import Report

from .child_call import ChildCall, check_size, raised
from .controller import ActionState
from .execution import Failed, Result, Succeeded, execute, execute_async
from .local_cache import LocalResults, turns_of
from .local_environment import environment
from .local_threads import Threads
from .naming import canonical
from .results import ResultStore, cache_key, cached, is_serialized, keep
from .turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator, Mapping
    from concurrent.futures import Future
    from datetime import datetime

    from flyte._runcontext import RunOptions
    from flyte._task import TaskTemplate


Json = Any
_THREADS = "flyte.threads"
"""Where a parent's context keeps the threads of its children."""
_TURNS = "flyte.turns"
"""Likewise the turns of its children, where the run bounds them."""


@dataclass(frozen=True)
class LocalSettings:
    """What all actions of a local run share."""

    run_name: str
    folder: str
    project: str
    domain: str
    version: str
    started: datetime
    overwrite_cache: bool = False
    cache_disabled: bool = False
    max_action_concurrency: int | None = None


@dataclass
class _Action:
    """One action: what is run, with what, and where it stands."""

    task: TaskTemplate[..., Any]
    inputs: dict[str, Json]
    name: str
    context: TaskContext
    created: float = field(default_factory=time.monotonic)
    env_vars: dict[str, str] = field(default_factory=dict)
    threads: Threads = field(default_factory=Threads)
    """For its body, if an event loop calls a sync one: shared by the children of one parent."""
    turns: Turns | None = None
    """Shared likewise; None where nothing bounds them."""


@dataclass(frozen=True)
class _Attempt:
    """A step of an action's life: run the body once, for at most so long."""

    context: TaskContext
    limit_s: float | None


_UNLIMITED = (None, Failed(MaxRuntimeExceededError.__name__, "user", "without a bound, nothing ends in it"))


class LocalController:
    """Runs actions in this process."""

    def __init__(self, settings: LocalSettings, results: ResultStore | None = None) -> None:
        self.settings = settings
        self._results = results or LocalResults()

    def submit(self, task: TaskTemplate[..., Any], values: Mapping[str, Any]) -> Coroutine[Any, Any, Any]:
        """A child of the running action, as a coroutine of its result."""
        return self.drive_async(self._child(task, values))

    def submit_deployed(
        self,
        task: str,
        version: str | None,
        overrides: Mapping[str, Any],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> Coroutine[Any, Any, Any]:
        """Refuses: deployed tasks are the backend's."""
        del version, overrides, args, kwargs
        raise RemoteTaskUsageError(
            f"{task} is deployed, and a local run has no backend to run it on: call the function itself, or run on "
            "the backend"
        )

    def submit_blocking(self, task: TaskTemplate[..., Any], values: Mapping[str, Any]) -> Any:
        """A child of the running action, in the caller's thread; off it where that runs an event loop."""
        action = self._child(task, values)
        if _loop_is_running():
            return in_thread(lambda: self.drive(action)).result()
        return self.drive(action)

    async def sleep_until(self, at: float) -> None:
        """Sleeps, by the wall clock."""
        await asyncio.sleep(max(0.0, at - time.time()))

    def sleep_until_blocking(self, at: float) -> None:
        """The same in the caller's thread."""
        time.sleep(max(0.0, at - time.time()))

    # -- making actions --------------------------------------------------------------------------------------------

    def root(self, task: TaskTemplate[..., Any], values: Mapping[str, Any], options: RunOptions) -> _Action:
        """The root action of a run."""
        inputs = task.interface.encode_inputs(values)
        context = self._context("a0", {**_context.get_custom_context(), **(options.custom_context or {})})
        return _Action(task, inputs, "a0", context, env_vars={**(task.env_vars or {}), **(options.env_vars or {})})

    def _child(self, task: TaskTemplate[..., Any], values: Mapping[str, Any]) -> _Action:
        call = ChildCall.made(task, values)
        context = self._context(call.name, dict(call.parent.custom_context))
        threads = call.parent.data.setdefault(_THREADS, Threads())
        turns = None
        if self.settings.max_action_concurrency is not None:
            turns = call.parent.data.setdefault(_TURNS, Turns(self.settings.max_action_concurrency - 1))
        env_vars = task.env_vars or {}
        return _Action(task, call.inputs, call.name, context, env_vars=env_vars, threads=threads, turns=turns)

    def _context(self, name: str, custom_context: dict[str, str]) -> TaskContext:
        settings = self.settings
        folder = f"{settings.folder}/{name}"
        return TaskContext(
            action=ActionID(name, settings.run_name, settings.project, settings.domain),
            version=settings.version,
            raw_data_path=RawDataPath(f"{folder}/data"),
            input_path=f"{folder}/inputs.json",
            output_path=folder,
            run_base_dir=settings.folder,
            report=Report(name),
            checkpoint_paths=CheckpointPaths(f"{folder}/checkpoint", f"{folder}/checkpoint"),
            mode="local",
            custom_context=custom_context,
            disable_run_cache=settings.cache_disabled,
            run_start_time=settings.started,
            controller=self,
            state=ActionState(),
        )

    # -- the life of an action -------------------------------------------------------------------------------------

    def _life(self, action: _Action) -> Generator[_Attempt | float, Result | None, Any]:
        """Gives the steps to take (an attempt, or seconds to wait), is told results, and returns the action's value."""
        task = action.task
        outputs = self._cached(action)
        if outputs is not None:
            return task.interface.decode_outputs(outputs)
        strategy = task.retry_strategy
        number = 0
        while True:
            action.context.state.begin_attempt()
            result = yield from self._attempt(action, number)
            if isinstance(result, Succeeded):
                check_size(task, "outputs", canonical(result.outputs))
                if not self.settings.cache_disabled:
                    keep(self._results, task, action.inputs, result.outputs)
                return task.interface.decode_outputs(result.outputs)
            if not result.retriable or number == strategy.count or result.code == DeadlineExceededError.__name__:
                raise raised(result.code, result.kind, result.message, result.traceback)
            if strategy.backoff is not None:
                yield strategy.backoff.compute_delay(number).total_seconds()
            number += 1

    def _cached(self, action: _Action) -> dict[str, Json] | None:
        if self.settings.cache_disabled:
            return None
        return cached(self._results, action.task, action.inputs, overwrite=self.settings.overwrite_cache)

    def _attempt(self, action: _Action, number: int) -> Generator[_Attempt | float, Result | None, Result]:
        limit_s, timed_out = self._limit(action) if action.task.timeout else _UNLIMITED
        context = action.context if number == 0 else dataclasses.replace(action.context, attempt_number=number)
        result = yield _Attempt(context, limit_s)
        return timed_out if result is None else result

    @staticmethod
    def _limit(action: _Action) -> tuple[float | None, Failed]:
        """Seconds that an attempt may take, and the failure that it ends in when it takes longer."""
        timeout = as_timeout(action.task.timeout)
        runtime, deadline = seconds(timeout.max_runtime), seconds(timeout.deadline)
        left = None if deadline is None else max(0.0, deadline - (time.monotonic() - action.created))
        name = action.task.name
        if left is not None and (runtime is None or left < runtime):
            message = f"{name} did not end within its deadline of {deadline:g} s"
            return left, Failed(DeadlineExceededError.__name__, "user", message)
        message = f"{name} ran longer than its timeout of {runtime or 0:g} s"
        return runtime, Failed(MaxRuntimeExceededError.__name__, "user", message)

    # -- driving it ------------------------------------------------------------------------------------------------

    def drive(self, action: _Action) -> Any:
        """The action's value, in this thread."""
        turns = self._turns(action)
        if not turns:
            return self._drive(action)
        with contextlib.ExitStack() as held:
            for each in turns:
                held.enter_context(each.held())
            return self._drive(action)

    async def drive_async(self, action: _Action) -> Any:
        """The same in the running event loop."""
        turns = self._turns(action)
        if not turns:
            return await self._drive_async(action)
        async with contextlib.AsyncExitStack() as held:
            for each in turns:
                await held.enter_async_context(each.held_async())
            return await self._drive_async(action)

    def _turns(self, action: _Action) -> list[Turns]:
        """What the action has to wait for: an equal one whose result it is to use, and room in the run."""
        turns = [] if action.turns is None else [action.turns]
        if self._uses_cache and is_serialized(action.task):
            turns.insert(0, turns_of(cache_key(action.task, action.inputs)))
        return turns

    @property
    def _uses_cache(self) -> bool:
        return not (self.settings.cache_disabled or self.settings.overwrite_cache)

    def _drive(self, action: _Action) -> Any:
        life = self._life(action)
        told: Result | None = None
        try:
            while True:
                step = life.send(told)
                told = self._body(action, step) if isinstance(step, _Attempt) else None
                if isinstance(step, float):
                    threading.Event().wait(step)
        except StopIteration as end:
            return end.value

    async def _drive_async(self, action: _Action) -> Any:
        life = self._life(action)
        told: Result | None = None
        try:
            while True:
                step = life.send(told)
                if isinstance(step, _Attempt):
                    told = await self._body_async(action, step)
                else:
                    await asyncio.sleep(step)
                    told = None
        except StopIteration as end:
            return end.value

    def _body(self, action: _Action, step: _Attempt) -> Result | None:
        """One attempt in this thread, or in another where it may have to be left behind. None when out of time."""
        with environment(action.env_vars):
            if step.limit_s is None:
                return contextvars.copy_context().run(execute, action.task, action.inputs, step.context)
            running: Future[Result] = in_thread(lambda: execute(action.task, action.inputs, step.context))
            with contextlib.suppress(TimeoutError):
                return running.result(step.limit_s)
            return None

    async def _body_async(self, action: _Action, step: _Attempt) -> Result | None:
        """One attempt in this event loop; of a sync task, in a thread. None when out of time."""
        with environment(action.env_vars):
            if action.task.is_async:
                made = execute_async(action.task, action.inputs, step.context)
                running: asyncio.Future[Result] = asyncio.ensure_future(made)
            else:
                # Time in a queue would count: a task with a bound gets a thread of its own.
                start = action.threads.run if step.limit_s is None else in_thread
                running = asyncio.wrap_future(start(lambda: execute(action.task, action.inputs, step.context)))
            if step.limit_s is None:
                return await running
            try:
                async with asyncio.timeout(step.limit_s):
                    return await running
            except TimeoutError:
                return None


def _loop_is_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def in_thread(call: Callable[[], Any]) -> Future[Any]:
    """Runs the call in a daemon thread with the caller's context variables: it may be left behind."""
    return Threads(linger_s=0).run(call)
