"""Starts sandboxes only as fast as the machine's processors can, and no more for short invocations than keep them busy.

A start takes longer than a short invocation: a burst that had a sandbox for each would be done when the last of them is
ready. Who waits here takes a sandbox that has become free meanwhile. Where none does, because invocations are long, or
wait for others, another one is started: so nobody waits for its own caller.
"""

from __future__ import annotations

import os
import threading
import time
from typing import Any, Protocol

_BUSY_PER_PROCESSOR = 4
"""Sandboxes of one function that are started at once. Ours: invocations wait for AWS more than half of their time."""
_LONG_S = 0.5
"""If none has become free for so long, the invocations that are on are long ones."""


class Sandboxes(Protocol):
    """All sandboxes, each of one function."""

    def of(self, function: str, config: dict[str, Any], qualifier: str) -> list[Any]:
        """Those of a function; `in_use` says which are not free."""

    def acquire(self, function: str, config: dict[str, Any], code: bytes, qualifier: str) -> tuple[Any, str]:
        """A free one, or one that is yet to be started, which is told by `spawn`."""

    def release(self, sandbox: Any) -> None:
        """Makes it free."""


class ColdStarts:
    """The sandboxes that are being started.

    Args:
        sandboxes: All of them.
        processors: How many may be.
    """

    def __init__(self, sandboxes: Sandboxes, processors: int) -> None:
        self._sandboxes = sandboxes
        self._at_once = processors
        self._few = _BUSY_PER_PROCESSOR * processors
        self._freed_s: dict[str, float] = {}
        self._starting: set[Any] = set()
        self._changed = threading.Condition()

    def acquire(self, function: str, config: dict[str, Any], code: bytes, qualifier: str = "$LATEST") -> Any:
        """A free sandbox, or one to be started once it is its turn; with ministack's word for which."""
        with self._changed:
            while not self._may_go_on(function, self._sandboxes.of(function, config, qualifier)):
                self._changed.wait(_LONG_S)
            sandbox, how = self._sandboxes.acquire(function, config, code, qualifier)
            if how == "spawn":
                self._starting.add(sandbox)
            return sandbox, how

    def started(self, sandbox: Any) -> None:
        """The sandbox is ready, or could not be started."""
        with self._changed:
            self._starting.discard(sandbox)
            self._changed.notify_all()

    def release(self, sandbox: Any) -> None:
        """An invocation has ended; without a sandbox, if none could be started for it."""
        if sandbox is None:
            return
        self._sandboxes.release(sandbox)
        self._freed_s[sandbox.func_name] = time.monotonic()
        self.started(sandbox)

    def _may_go_on(self, function: str, sandboxes: list[Any]) -> bool:
        if not all(sandbox.in_use for sandbox in sandboxes):
            return True
        if len(self._starting) >= self._at_once:
            return False
        return len(sandboxes) < self._few or time.monotonic() - self._freed_s.get(function, 0.0) > _LONG_S


def install() -> None:
    """Let ministack start its sandboxes so."""
    from ministack.core import lambda_runtime  # type: ignore[import-not-found]
    from ministack.services import lambda_svc  # type: ignore[import-not-found]

    class Workers:
        def of(self, function: str, config: dict[str, Any], qualifier: str) -> list[Any]:
            key = lambda_runtime._worker_key(function, config, qualifier)  # noqa: SLF001 - the pin makes it known
            with lambda_runtime._lock:  # noqa: SLF001 - see above
                return list(lambda_runtime._workers.get(key, ()))  # noqa: SLF001 - see above

        acquire = staticmethod(lambda_runtime.acquire_worker)
        release = staticmethod(lambda_runtime.release_worker)

    starts = ColdStarts(Workers(), os.cpu_count() or 1)
    spawn = lambda_runtime.Worker._spawn  # noqa: SLF001 - see above

    def spawn_in_turn(worker: Any) -> None:
        try:
            spawn(worker)
        finally:
            starts.started(worker)

    lambda_runtime.Worker._spawn = spawn_in_turn  # noqa: SLF001 - see above
    lambda_svc.acquire_worker, lambda_svc.release_worker = starts.acquire, starts.release
