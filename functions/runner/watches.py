"""What ends an attempt from outside: its timeouts, Lambda's deadline, the sandbox's memory, and an abort.

Checked by the supervisor's loop, as often as the nearest of them asks for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from functions.runner.endings import (
    Breach,
    OutOfMemory,
    PassedDeadline,
    RanTooLong,
    SandboxTimeUp,
    Suspended,
    Withdrawn,
)

ABORT_POLL_S = 2.0
FASTEST_ALLOCATION = 4 * 1024**3
"""Bytes a second: faster than one core of Lambda's can touch fresh memory. Ours, measured."""
SHORTEST_CHECK_S, LONGEST_CHECK_S = 0.01, 0.25


class Watch(Protocol):
    """Something that may end the attempt."""

    def check(self, now_s: float) -> Breach | None:
        """What is breached now."""

    def next_check_s(self) -> float:
        """When to look again, on the same clock."""


@dataclass(frozen=True, slots=True)
class TimeWatch:
    """Ends the attempt at one moment."""

    at_s: float
    breach: RanTooLong | PassedDeadline

    def check(self, now_s: float) -> Breach | None:
        """The breach, once its time has come."""
        return self.breach if now_s >= self.at_s else None

    def next_check_s(self) -> float:
        """That moment."""
        return self.at_s


@dataclass(frozen=True, slots=True)
class SandboxWatch:
    """Ends the invocation before Lambda does: as a suspension, if another one can go on where this one is."""

    at_s: float
    ran_s: float
    can_go_on: Callable[[], bool]

    def check(self, now_s: float) -> Suspended | SandboxTimeUp | None:
        """The end, once its time has come."""
        if now_s < self.at_s:
            return None
        return Suspended(only_waits=False) if self.can_go_on() else SandboxTimeUp(self.ran_s)

    def next_check_s(self) -> float:
        """That moment."""
        return self.at_s


class MemoryWatch:
    """Ends the attempt before the sandbox's memory is used up, and the supervisor with it.

    It looks the more often the less is left, so that no allocation can pass the limit between two looks.

    Args:
        size_bytes: The sandbox's memory.
        reserve_bytes: What of it must stay free.
        estimate: A quick upper bound of what they hold.
        exact: The same, exact and slow: asked only when the estimate is above the limit.
        relieve: Gives up what only saves time, and says whether there was any.
    """

    def __init__(
        self,
        size_bytes: int,
        reserve_bytes: int,
        estimate: Callable[[], int],
        exact: Callable[[], int],
        relieve: Callable[[], bool],
    ) -> None:
        self._size_bytes = size_bytes
        self._limit_bytes = size_bytes - reserve_bytes
        self._estimate = estimate
        self._exact = exact
        self._relieve = relieve
        self._next_s = 0.0

    def check(self, now_s: float) -> Breach | None:
        """The breach, if more is held than allowed."""
        if now_s < self._next_s:
            return None
        used = self._estimate()
        if used > self._limit_bytes:
            used = self._exact()
            if used > self._limit_bytes and self._relieve():
                used = self._exact()
            if used > self._limit_bytes:
                return OutOfMemory(used, self._size_bytes)
        wait_s = (self._limit_bytes - used) / FASTEST_ALLOCATION
        self._next_s = now_s + min(max(wait_s, SHORTEST_CHECK_S), LONGEST_CHECK_S)
        return None

    def next_check_s(self) -> float:
        """When memory could be short at the earliest."""
        return self._next_s


class AbortWatch:
    """Asks the action's record whether this invocation still owns it; in a thread, for an answer may take long.

    Args:
        started_s: When the attempt began. A short attempt ends before the first question, and costs no thread.
        still_mine: None while the action runs and is ours, else the phase that it is in.
        wake: Makes the loop look at once.
    """

    def __init__(self, started_s: float, still_mine: Callable[[], str | None], wake: Callable[[], None]) -> None:
        self._first_s = started_s + ABORT_POLL_S
        self._still_mine = still_mine
        self._wake = wake
        self._stop = threading.Event()
        self._withdrawn: Withdrawn | None = None
        self._thread: threading.Thread | None = None

    def check(self, now_s: float) -> Breach | None:
        """The breach, if the action was aborted."""
        if self._thread is None and now_s >= self._first_s:
            self._thread = threading.Thread(target=self._poll, name="abort-watch", daemon=True)
            self._thread.start()
        return self._withdrawn

    def next_check_s(self) -> float:
        """When to begin to ask; later, an answer wakes the loop."""
        return self._first_s if self._thread is None else float("inf")

    def stop(self) -> None:
        """Ask no more. A question that is on its way is not waited for."""
        self._stop.set()

    def _poll(self) -> None:
        while not self._stop.is_set():
            try:
                phase = self._still_mine()
            except Exception:  # noqa: BLE001 - the next question may have more luck, and nothing depends on this one
                phase = None
            if phase is not None:
                self._withdrawn = Withdrawn(phase)
                self._wake()
                return
            self._stop.wait(ABORT_POLL_S)
