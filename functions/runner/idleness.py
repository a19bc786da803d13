"""When a task that only waits is suspended: once waiting has cost as much as doing its work again would.

So the time that is billed is at most twice the time in which the task worked, and a second for each wait.
"""

from __future__ import annotations

from collections.abc import Callable

from functions.runner.calls import Calls
from functions.runner.endings import Suspended
from functions.runner.history import SHORTEST_WAIT_S

_AGAIN_S = 0.1
"""A call that is being made keeps a task from being suspended; it is looked at again after this."""


class Idleness:
    """A watch over one worker's task, for as long as the process lives.

    Args:
        calls: Its calls to the supervisor.
        may_wait: Whether all calls without an answer are of the kind that another invocation can wait for.
        now_s: The moment at which the task began, on the clock of the attempt's loop.
        shortest_wait_s: How long a wait takes at least.
    """

    def __init__(
        self,
        calls: Calls,
        may_wait: Callable[[int], bool],
        now_s: float,
        shortest_wait_s: float = SHORTEST_WAIT_S,
    ) -> None:
        self._calls = calls
        self._may_wait = may_wait
        self._shortest_wait_s = shortest_wait_s
        self._work_since_s: float | None = now_s
        self._idle_since_s = 0.0
        self._replies = 0
        self._worked_s = self._again_s = 0.0

    def began(self, now_s: float, replies: int) -> None:
        """The task only waits from now on; it knows of that many replies."""
        if self._work_since_s is not None:
            self._worked_s += now_s - self._work_since_s
        self._work_since_s, self._idle_since_s, self._replies = None, now_s, replies

    def ended(self, now_s: float) -> None:
        """The task goes on."""
        self._work_since_s = now_s

    def resumed(self, now_s: float, shortest_wait_s: float = SHORTEST_WAIT_S) -> None:
        """Its process was stopped, and goes on where it was."""
        self._shortest_wait_s = shortest_wait_s
        self._idle_since_s = now_s
        if self._work_since_s is not None:
            self._work_since_s = now_s

    def check(self, now_s: float) -> Suspended | None:
        """Whether it has waited long enough."""
        if now_s < self.next_check_s():
            return None
        if self._only_waits():
            return Suspended(only_waits=True)
        self._again_s = now_s + _AGAIN_S
        return None

    def next_check_s(self) -> float:
        """When it will have."""
        if self._work_since_s is not None:
            return float("inf")
        return max(self._idle_since_s + max(self._shortest_wait_s, self._worked_s), self._again_s)

    def _only_waits(self) -> bool:
        open_calls = self._calls.begun - self._calls.answered
        return self._replies == self._calls.answered and open_calls > 0 and self._may_wait(open_calls)
