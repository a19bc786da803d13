"""When ministack saves its state, and how it ends.

By itself it saves only when it ends, so a crash would lose everything, and it ends only when every invocation has.
"""

# ruff: noqa: SLF001 - it adapts ministack from inside
from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Any

from ministack import app  # type: ignore[import-not-found]
from ministack.core import lambda_runtime, persistence  # type: ignore[import-not-found]
from ministack.services import cloudformation  # type: ignore[import-not-found]

_QUIET_S = 2.0
"""Save once nothing was asked for that long …"""

_AT_LEAST_EVERY_S = 20.0
"""… or this long after the last time, however busy it is."""

_MAX_SHARE = 0.05
"""… but never so often that saving takes more than this share of the time: the state holds all logs."""

GRACE_S = 5.0
"""What running invocations get to finish in, when the devbox stops."""

_UNCOUNTED = "/_ministack/"
"""Requests below this path change nothing."""

_Serve = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class Guarded:
    """Ministack's ASGI application, saved now and then, and ended in time."""

    def __init__(self, serve: _Serve) -> None:
        self._serve = serve
        self._asked = 0.0
        self._saved = 0.0
        self._took_s = 0.0
        self._background: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve one request; or, as ASGI's lifespan, all the time from start to end."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        if not scope["path"].startswith(_UNCOUNTED):
            self._asked = time.monotonic()
        await self._serve(scope, receive, send)

    async def _live(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        # Hypercorn has set its own handlers by now. SIGINT keeps hypercorn's: the last step of ours.
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, lambda: self._start(self._end(GRACE_S)))
        loop.add_signal_handler(signal.SIGUSR1, lambda: self._start(self._end(0)))
        self._start(self._save_when_due())
        await self._serve(scope, receive, send)
        # All is saved. Threads that would start further invocations, or wait for some, are not waited for.
        lambda_runtime.reset()
        os._exit(0)

    async def _save_when_due(self) -> None:
        while True:
            await asyncio.sleep(1)
            now = time.monotonic()
            if self._is_due(now):
                await asyncio.to_thread(_save)
                self._saved = now
                self._took_s = time.monotonic() - now

    def _is_due(self, now: float) -> bool:
        if self._asked < self._saved or now - self._saved < self._took_s / _MAX_SHARE:
            return False
        return now - self._asked > _QUIET_S or now - self._saved > _AT_LEAST_EVERY_S

    async def _end(self, grace_s: float) -> None:
        """Give what runs a moment, then end it: its executions fail at the next start, and are reconciled then."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace_s):
                while lambda_runtime.workers_in_use():  # noqa: ASYNC110 - ministack gives no event for it
                    await asyncio.sleep(0.05)
        await asyncio.to_thread(_save)
        await asyncio.to_thread(lambda_runtime.reset)
        signal.raise_signal(signal.SIGINT)

    def _start(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def install() -> None:
    """Put the guard around the application that ministack's `main` serves."""
    app.app = Guarded(app.app)
    logging.getLogger("persistence").setLevel(logging.WARNING)


def _save() -> None:
    if any(stack["StackStatus"].endswith("_IN_PROGRESS") for stack in cloudformation._stacks.all_values()):
        return  # nothing could go on with a half deployed stack; what was saved before is whole
    persistence.save_all(app._build_persistence_save_dict())
