"""Time that is recorded: another attempt of the same action sees the same moments and does not sleep again."""

from __future__ import annotations

import asyncio
import threading
import time as _time
from datetime import UTC, datetime

from ._both import Both
from ._trace import trace


@trace
def _moment() -> float:
    return _time.time()


@trace
def _ends_at(seconds: float) -> float:
    return _time.time() + seconds


def _now() -> datetime:
    """The time now, in UTC, as the first attempt saw it."""
    return datetime.fromtimestamp(_moment(), tz=UTC)


def _clock() -> float:
    """Seconds since the epoch, as the first attempt saw them."""
    return float(_moment())


def _sleep(seconds: float) -> None:
    """Sleeps until so many seconds after the first attempt came here."""
    left = _ends_at(seconds) - _time.time()
    if left > 0:
        threading.Event().wait(left)


async def _sleep_async(seconds: float) -> None:
    """The same for async code."""
    left = _ends_at(seconds) - _time.time()
    if left > 0:
        await asyncio.sleep(left)


async def _now_async() -> datetime:
    return _now()


async def _clock_async() -> float:
    return _clock()


now = Both(_now, _now_async)
time = Both(_clock, _clock_async)
sleep = Both(_sleep, _sleep_async)
