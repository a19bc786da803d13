"""The seam between a task's call and what runs it: a controller in process, or one that asks the backend."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from flyte._task import TaskTemplate


class Controller(Protocol):
    """Starts actions for the running task. Names and inputs are settled when a call is made, not when it is awaited."""

    def submit(self, task: TaskTemplate[..., Any], values: Mapping[str, Any]) -> Awaitable[Any]:
        """A child action; its result is awaited.

        Raises:
            TypeError: A value does not fit the task's annotation (at once, before anything starts).
        """
        ...

    def submit_deployed(
        self, task: str, version: str | None, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Awaitable[Any]:
        """A child action of a deployed task, by name; without a version, the latest.

        Raises:
            RemoteTaskUsageError: There is no backend to run it.
        """
        ...

    def submit_blocking(self, task: TaskTemplate[..., Any], values: Mapping[str, Any]) -> Any:
        """The same for a caller that blocks, in whatever thread, also one that runs an event loop."""
        ...


@dataclass
class ActionState:
    """What an action keeps while it runs, and between attempts: calls made so far, and recorded traces."""

    calls: Counter[str] = field(default_factory=Counter)
    traces: dict[str, Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def call_number(self, key: str) -> int:
        """How many equal calls came before this one."""
        with self._lock:
            number = self.calls[key]
            self.calls[key] += 1
            return number

    def begin_attempt(self) -> None:
        """Counts calls from the start again; recorded traces stay."""
        with self._lock:
            self.calls.clear()
