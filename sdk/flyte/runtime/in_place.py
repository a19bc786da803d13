"""Tasks that a task calls on the backend: they run in their caller's process, as a part of its action."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from flyte import _context

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from flyte._task import TaskTemplate

    from .channel import Channel
    from .local import LocalController
    from .results import ResultStore


class InPlaceController:
    """Runs child actions as local mode does, with their retries, timeouts and cache. Loaded when the first is called.

    Args:
        results: Where cached results are kept.
        channel: To the supervisor, who starts what does not run in place.
        overwrite_cache: Whether the run ignores and renews them.
    """

    def __init__(self, results: ResultStore, channel: Channel, *, overwrite_cache: bool = False) -> None:
        self._results = results
        self._channel = channel
        self._overwrite_cache = overwrite_cache

    def submit(self, task: TaskTemplate[..., Any], values: Mapping[str, Any]) -> Coroutine[Any, Any, Any]:
        """A child of the running action, as a coroutine of its result."""
        return self._local.submit(task, values)

    def submit_blocking(self, task: TaskTemplate[..., Any], values: Mapping[str, Any]) -> Any:
        """A child of the running action, for a caller that blocks."""
        return self._local.submit_blocking(task, values)

    def submit_deployed(
        self, task: str, version: str | None, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Coroutine[Any, Any, Any]:
        """A deployed task as a child: an action of its own."""
        return self._local.submit_deployed(task, version, args, kwargs)

    @functools.cached_property
    def _local(self) -> LocalController:
        from .deployed_children import DeployedChildren
        from .local import LocalController, LocalSettings

        parent = _context.current()
        assert parent is not None, "the controller is called by a running task"  # noqa: S101 - an invariant
        assert parent.run_start_time is not None, "the supervisor tells it"  # noqa: S101 - an invariant
        return LocalController(
            LocalSettings(
                run_name=parent.action.run_name or "",
                folder=parent.run_base_dir,
                project=parent.action.project or "",
                domain=parent.action.domain or "",
                version=parent.version,
                started=parent.run_start_time,
                overwrite_cache=self._overwrite_cache,
            ),
            self._results,
            DeployedChildren(self._channel),
        )
