"""`flyte.run` and `flyte.with_runcontext`: the way from a task to a run, here or on the backend.

A local run and a dry run have the face of a `Run`, and are typed as one.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from typing import TYPE_CHECKING, Any, cast

from ._both import Both
from ._runcontext import RunOptions
from ._syncify import BACKGROUND, syncify
from ._task import TaskTemplate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .remote import Run


class Runner:
    """Runs tasks with given options. Made by `with_runcontext`."""

    def __init__(self, options: RunOptions) -> None:
        self.options = options
        self.run = Both(self._run, self._run_async)

    def _run(self, /, *args: Any, **kwargs: Any) -> Run:
        task, args = _task_of(args, kwargs)
        if not self._runs_here(task):
            return BACKGROUND.run(self._launch(task, args, kwargs))
        from .runtime.local_launch import run_blocking

        return cast("Run", _off_the_loop(lambda: run_blocking(task, args, kwargs, self.options)))

    async def _run_async(self, /, *args: Any, **kwargs: Any) -> Run:
        task, args = _task_of(args, kwargs)
        if not self._runs_here(task):
            return await self._launch(task, args, kwargs)
        from .runtime.local_launch import run_async

        return cast("Run", await run_async(task, args, kwargs, self.options))

    async def _launch(self, task: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Run:
        from .remote._launch import launch

        return cast("Run", await launch(task, args, kwargs, self.options))

    @syncify
    async def rerun(
        self,
        run_name: str,
        action_name: str = "a0",
        recover: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
        force_rerun_actions: Sequence[str] | None = None,
        allow_missing_source_outputs: bool = False,  # noqa: FBT001, FBT002 - likewise
        **inputs: Any,
    ) -> Run:
        """Runs an earlier run's code again, with its inputs or with those given instead. Does not wait for it.

        Args:
            run_name: The earlier run.
            action_name: One of its actions, to run its task as a run of its own.
            recover: Let results of the earlier run serve, so that only what failed or never ran is run.
            force_rerun_actions: Names of its actions that are run although they have succeeded.
            allow_missing_source_outputs: Run actions again whose outputs are gone, instead of failing their calls.
            **inputs: Inputs in place of the recorded ones.

        Raises:
            InitializationError: no backend is configured.
            ValueError: the arguments contradict each other.
            TypeError: an input is unknown or of the wrong type; the message names it.
            RuntimeUserError: there is no such run or action.
        """
        from .remote._launch import Source, relaunch

        if self.options.mode == "local":
            raise ValueError("A rerun is of a run on a backend, and runs there: leave mode='local' out.")
        if isinstance(force_rerun_actions, str):
            raise TypeError(f"force_rerun_actions={force_rerun_actions!r}: a list of names of actions")
        source = Source(
            run_name,
            action_name,
            recover=recover,
            forced=tuple(force_rerun_actions or ()),
            allow_missing_outputs=allow_missing_source_outputs,
        )
        self._set_logging()
        return cast("Run", await relaunch(source, inputs, self.options))

    def _runs_here(self, task: Any) -> bool:
        """Whether the task's body is to run in this process."""
        self._set_logging()
        return self._is_local(task) and not self.options.dry_run

    def _set_logging(self) -> None:
        """Sets this process's loggers as the options say; without any they stay as the program has set them."""
        asked = self.options
        if asked.log_level or asked.user_log_level or asked.log_format != "console" or asked.reset_root_logger:
            from ._logging import configure

            configure(
                asked.user_log_level, asked.log_level, asked.log_format, reset_root_logger=asked.reset_root_logger
            )

    def _is_local(self, task: Any) -> bool:
        local = self.options.mode == "local"
        if self.options.mode is None:
            from ._initialize import is_control_plane_available

            local = not is_control_plane_available()
        if local and not isinstance(task, TaskTemplate):
            if callable(task) and not hasattr(task, "fetch"):
                name = getattr(task, "__name__", repr(task))
                raise TypeError(f"{name} is no task: put @env.task above it")
            raise ValueError("Remote tasks and triggers can only be run in remote mode.")
        return local


def _task_of(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, tuple[Any, ...]]:
    """The task, which comes first or as `task=`, and the other positional arguments. `kwargs` keeps the task's own."""
    if args:
        return args[0], args[1:]
    if "task" not in kwargs:
        raise TypeError("run() needs a task: run(my_task, x=1)")
    return kwargs.pop("task"), ()


def _off_the_loop(call: Callable[[], Any]) -> Any:
    """Calls here, or in a thread of its own where this one runs an event loop (a notebook, an async test)."""
    if not _loop_runs_here():
        return call()  # not where that was asked: its error would be the context of each of the call's own
    context = contextvars.copy_context()
    outcome: list[Any] = []

    def body() -> None:
        try:
            outcome.extend((context.run(call), None))
        except BaseException as error:  # noqa: BLE001 - handed over to the caller's thread
            outcome.extend((None, error))

    thread = threading.Thread(target=body, name="flyte-run", daemon=True)
    thread.start()
    thread.join()
    result, error = outcome
    if error is not None:
        raise error
    return result


def _loop_runs_here() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def with_runcontext(mode: Any = None, **options: Any) -> Runner:
    """A runner with options: `flyte.with_runcontext(mode="local").run(task, x=1)`.

    Args:
        mode: `local`, `remote`, or None for remote where a backend is configured.
        **options: See `RunOptions`.

    Raises:
        ValueError: A value that does not make sense.
        TypeError: An option that does not exist.
    """
    return Runner(RunOptions(mode=mode, **options))


def _run(*args: Any, **kwargs: Any) -> Run:
    return with_runcontext().run(*args, **kwargs)


async def _run_async(*args: Any, **kwargs: Any) -> Run:
    return await with_runcontext().run.aio(*args, **kwargs)


run = Both(_run, _run_async)
"""Runs a task: `flyte.run(task, x=1)`, or `await flyte.run.aio(task, x=1)`. Does not wait for a run on the backend."""

rerun = Runner(RunOptions()).rerun
"""Runs an earlier run's code again: `flyte.rerun("my-run", recover=True)`, or `await flyte.rerun.aio("my-run")`."""
