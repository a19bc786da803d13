"""Whole runs in this process: what `flyte.run` does in local mode."""

from __future__ import annotations

import asyncio
import re
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flyte._home import flyte_home
from flyte._initialize import get_init_state
from flyte._local_run import LocalRun
from flyte.protocol.limits import RUN_NAME_PATTERN
from flyte.remote._io import ActionInputs, ActionOutputs
from flyte.types import ValueMismatch

from .local import LocalController, LocalSettings

if TYPE_CHECKING:
    from flyte._runcontext import RunOptions
    from flyte._task import TaskTemplate


def run_blocking(task: TaskTemplate[..., Any], args: Any, kwargs: Any, options: RunOptions) -> LocalRun:
    """A whole run in this thread.

    Raises:
        flyte.errors.BaseRuntimeError: The run failed.
        TypeError: An argument is missing, unknown, or of the wrong type.
    """
    run = _LocalLaunch(task, args, kwargs, options)
    try:
        value = run.controller.drive(run.action)
    except Exception as error:
        run.tell(error)
        raise
    run.tell(None)
    return run.finished(value)


async def run_async(task: TaskTemplate[..., Any], args: Any, kwargs: Any, options: RunOptions) -> LocalRun:
    """A whole run in this event loop. Raises as `run_blocking` does."""
    run = _LocalLaunch(task, args, kwargs, options)
    try:
        value = await run.controller.drive_async(run.action)
    except Exception as error:
        await asyncio.to_thread(run.tell, error)
        raise
    await asyncio.to_thread(run.tell, None)
    return run.finished(value)


class _LocalLaunch:
    """A local run before and after its root action."""

    def __init__(self, task: TaskTemplate[..., Any], args: Any, kwargs: Any, options: RunOptions) -> None:
        self._values = _bound(task, args, kwargs)
        self._notifications = options.notifications
        self.settings = _settings(options)
        self.controller = LocalController(self.settings)
        try:
            self.action = self.controller.root(task, self._values, options)
        except ValueMismatch as error:
            raise TypeError(f"{task.name}: {error}") from None

    def tell(self, error: BaseException | None) -> None:
        """Sends the notifications of the run's end; `error` is what it raised."""
        if self._notifications:
            from .local_notifications import LocalNotifications

            LocalNotifications(self._notifications, self.settings).tell(error)

    def finished(self, value: Any) -> LocalRun:
        count = len(self.action.task.interface.outputs)
        outputs = ActionOutputs.of(value, count)
        settings, task_name = self.settings, self.action.task.name
        return LocalRun(settings.run_name, task_name, settings.folder, ActionInputs(self._values), outputs)


def _bound(task: TaskTemplate[..., Any], args: Any, kwargs: Any) -> dict[str, Any]:
    try:
        return task.interface.bind(args, kwargs)
    except TypeError as error:
        raise TypeError(f"{task.name}: {error}") from None


def _settings(options: RunOptions) -> LocalSettings:
    name = options.name or f"l{secrets.token_hex(8)}"
    if not re.match(RUN_NAME_PATTERN, name):
        raise ValueError(
            f"run name {name!r}: up to 40 letters, digits, '.', '_', '-', beginning with a letter or digit"
        )
    state = get_init_state()
    base = options.run_base_dir or str(flyte_home() / "local")
    return LocalSettings(
        run_name=name,
        folder=f"{base}/{name}",
        project=options.project or (state.project if state else None) or "local",
        domain=options.domain or (state.domain if state else None) or "local",
        version=options.version or "local",
        started=options.run_start_time or datetime.now(UTC),
        overwrite_cache=options.overwrite_cache,
        cache_disabled=options.disable_run_cache,
        max_action_concurrency=options.max_action_concurrency,
    )
