"""Who may start a sandbox: a few at a time, while the machine has a core for it; others wait for one to become free."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

_Sandbox = TypeVar("_Sandbox", bound=Hashable)

LOOK_S = 0.1
"""Between two looks at whether a core is idle."""
PATIENCE_S = 0.8
"""With none that became free for longer, who waits starts one on a busy machine, too: they may be in use for hours.

Ours, and less than it takes a parent to be suspended: its sandbox would go to its child, and be in use when it goes on.
"""
LONGEST_S = 5.0
"""Who has waited so long for those that become free, while others took them, starts one in any case. Ours."""
ROOM_S = 60.0
"""Who has waited so long for others to let go of sandboxes is throttled: they may wait for what it would do. Ours."""
_A_CORE = 0.7
"""Of a core: as much of one is enough to start a sandbox. Ours."""


class Turns:
    """Starts of sandboxes, of several pools.

    A start always comes to its end, so nobody waits for ever; nor does one who waits hold anything that another needs.
    The first sandbox of a pool is started at once.

    Args:
        at_once: How many start at a time.
        at_most: How many of all pools are in use at a time.
        in_use: Of each sandbox of a pool, whether somebody uses it.
        all_in_use: How many somebody uses, of all pools.
        is_core_idle: Whether the machine has a core to spare.
        now_s: A clock.
    """

    def __init__(
        self,
        at_once: int,
        at_most: int,
        in_use: Callable[[str], Sequence[bool]],
        all_in_use: Callable[[], int],
        is_core_idle: Callable[[], bool],
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._at_once = at_once
        self._at_most = at_most
        self._in_use = in_use
        self._all_in_use = all_in_use
        self._is_core_idle = is_core_idle
        self._now_s = now_s
        self._starting: set[Hashable] = set()
        self._lock = threading.Lock()
        self._waiting: dict[str, threading.Condition] = defaultdict(lambda: threading.Condition(self._lock))
        self._looking: set[str] = set()
        self._freed_s: dict[str, float] = {}

    def take(self, pool: str, acquire: Callable[[], tuple[_Sandbox, bool]]) -> tuple[_Sandbox, bool] | None:
        """A sandbox of the pool, as soon as one is free or may be started.

        Args:
            pool: The pool's name.
            acquire: Gives a free one or, if there is none, one that is to be started; and whether it is that.

        Returns:
            What `acquire` gave; None if there was no room for too long. Of one that is to be started, `started` has
            to tell.
        """
        came_s = self._now_s()
        with self._lock:
            waiting = self._waiting[pool]
            while (in_use := self._in_use(pool)) and all(in_use) and not self._may_start(pool, came_s):
                if self._now_s() - came_s >= ROOM_S:
                    waiting.notify()
                    return None
                if pool in self._looking:
                    waiting.wait()
                else:
                    self._looking.add(pool)
                    waiting.wait(LOOK_S)
                    self._looking.remove(pool)
            waiting.notify()  # another one looks from now on
            sandbox, is_new = acquire()
            if is_new:
                self._starting.add(sandbox)
            return sandbox, is_new

    def started(self, sandbox: Hashable) -> None:
        """The sandbox has started, or will not. Nothing happens if that was said before."""
        with self._lock:
            self._starting.discard(sandbox)
            for waiting in self._waiting.values():
                waiting.notify()

    def freed(self, pool: str) -> None:
        """A sandbox of the pool is free."""
        with self._lock:
            self._freed_s[pool] = self._now_s()
            self._waiting[pool].notify()

    def _may_start(self, pool: str, came_s: float) -> bool:
        now_s = self._now_s()
        waited_s, stands_still_s = now_s - came_s, now_s - max(came_s, self._freed_s.get(pool, came_s))
        is_urgent = stands_still_s >= PATIENCE_S or waited_s >= LONGEST_S
        # Who has just come asks as well: that begins the time that is looked at.
        is_core_idle = self._is_core_idle()
        is_turn = len(self._starting) < self._at_once and waited_s >= LOOK_S
        return is_turn and self._all_in_use() < self._at_most and (is_core_idle or is_urgent)


class Cores:
    """How busy the machine is.

    Args:
        idle_s: For how long cores were idle until now, each for itself; None where nobody counts.
        now_s: A clock.
    """

    def __init__(self, idle_s: Callable[[], float | None], now_s: Callable[[], float] = time.monotonic) -> None:
        self._count_s = idle_s
        self._now_s = now_s
        self._idle_s, self._looked_s = idle_s(), now_s()
        self._is_idle = True

    def is_any_idle(self) -> bool:
        """Whether there was about one core too many lately; where nobody counts, there is."""
        passed_s = self._now_s() - self._looked_s
        if self._idle_s is not None and passed_s >= LOOK_S:
            before_s, self._idle_s = self._idle_s, self._count_s()
            self._looked_s += passed_s
            self._is_idle = self._idle_s is None or self._idle_s - before_s >= _A_CORE * passed_s
        return self._is_idle
