"""Saves ministack's state now and then: by itself it does so only when it ends, so a crash would lose everything."""

# ruff: noqa: SLF001 - it adapts ministack from inside
from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from ministack import app  # type: ignore[import-not-found]
from ministack.core import lambda_runtime, persistence  # type: ignore[import-not-found]

_QUIET_S = 2.0
"""Save once nothing was asked for that long …"""

_AT_LEAST_EVERY_S = 20.0
"""… or this long after the last time, however busy it is."""

_Serve = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
_serve: _Serve = app.app


class _Clock:
    """When a request came last, and when the state was saved."""

    def __init__(self) -> None:
        self.asked = 0.0
        self.saved = 0.0

    def is_due(self, now: float) -> bool:
        """Whether something may have changed, and it is time to save it."""
        changed = self.asked > self.saved
        return changed and (now - self.asked > _QUIET_S or now - self.saved > _AT_LEAST_EVERY_S)


_clock = _Clock()
_SILENT = ("/_ministack/",)


def install() -> None:
    """Watch the requests that ministack serves."""
    app.app = _watched
    logging.getLogger("persistence").setLevel(logging.WARNING)


async def _watched(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] != "lifespan":
        if not scope["path"].startswith(_SILENT):
            _clock.asked = time.monotonic()
        await _serve(scope, receive, send)
        return
    saver = asyncio.create_task(_save_when_due())
    try:
        await _serve(scope, receive, send)
    finally:
        saver.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await saver
        # What still runs cannot report any more: its execution fails at the next start, and is reconciled then.
        lambda_runtime.reset()


async def _save_when_due() -> None:
    while True:
        await asyncio.sleep(1)
        now = time.monotonic()
        if _clock.is_due(now):
            await asyncio.to_thread(persistence.save_all, app._build_persistence_save_dict())
            _clock.saved = now
