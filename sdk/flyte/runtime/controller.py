"""The seam between a task's call and what runs it: a controller in process, or one that asks the backend."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from .written import WrittenData

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from flyte._condition import Condition
    from flyte._context import TaskContext
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
        self,
        task: str,
        version: str | None,
        overrides: Mapping[str, Any],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> Awaitable[Any]:
        """A child action of a deployed task, by name; without a version, the latest. `overrides` are its settings.

        Raises:
            RemoteTaskUsageError: There is no backend to run it.
        """
        ...

    def submit_blocking(self, task: TaskTemplate[..., Any], values: Mapping[str, Any]) -> Any:
        """The same for a caller that blocks, in whatever thread, also one that runs an event loop."""
        ...

    def sleep_until(self, at: float) -> Awaitable[Any]:
        """Sleeps until a moment, in seconds since the epoch."""
        ...

    def sleep_until_blocking(self, at: float) -> None:
        """The same for a caller that blocks."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one call of a traced function gave: a value, or the items of a generator."""

    value: Any


class Traces:
    """What calls of traced functions gave, in this process."""

    def __init__(self) -> None:
        self._recorded: dict[str, Recorded] = {}

    def find(self, key: str) -> Recorded | None:
        """What the call gave in an earlier attempt, if it was made."""
        return self._recorded.get(key)

    def keep(self, key: str, function: str, value: Any) -> None:  # noqa: ARG002 - of use where others see records
        """Records what a call of a function gave."""
        self._recorded[key] = Recorded(value)

    async def find_async(self, key: str) -> Recorded | None:
        """The same, without blocking an event loop."""
        return self.find(key)

    async def keep_async(self, key: str, function: str, value: Any) -> None:
        """The same, without blocking an event loop."""
        self.keep(key, function, value)


class Conditions(Protocol):
    """The conditions that one action's task makes."""

    async def begin(self, context: TaskContext, condition: Condition[Any]) -> None:
        """Opens one, or finds it where an earlier attempt has opened it."""
        ...

    async def wait(self, context: TaskContext, condition: Condition[Any]) -> Any:
        """The answer.

        Raises:
            ConditionTimedoutError: Nobody has answered in time.
            ConditionFailedError: It ended otherwise without an answer.
        """
        ...


def _asked_at_the_terminal() -> Conditions:
    from .local_conditions import LocalConditions

    return LocalConditions()


@dataclass
class ActionState:
    """What an action keeps while it runs, and between attempts: calls so far, recorded traces, conditions, and data."""

    calls: Counter[str] = field(default_factory=Counter)
    traces: Traces = field(default_factory=Traces)
    conditions: Conditions = field(default_factory=_asked_at_the_terminal)
    written: WrittenData = field(default_factory=WrittenData)
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
