"""Time that is recorded: another attempt of the same action sees the same moments and does not sleep again."""

from __future__ import annotations

import asyncio
import time as _time
from datetime import datetime

from . import _context
from ._both import Both
from ._trace import trace


@trace
def _moment() -> float:
    return _time.time()


@trace
def _ends_at(seconds: float) -> float:
    return _time.time() + seconds


def _now() -> datetime:
    """The time now, as the first attempt saw it; without a time zone, to be compared with `datetime.now()`."""
    return datetime.fromtimestamp(_moment())  # noqa: DTZ006 - Flyte's stands for `datetime.now()`


def _clock() -> float:
    """Seconds since the epoch, as the first attempt saw them."""
    return float(_moment())


def _sleep(seconds: float) -> None:
    """Sleeps until so many seconds after the first attempt came here."""
    at, context = _ends_at(seconds), _context.current()
    if context is not None:
        context.controller.sleep_until_blocking(at)
    else:
        _time.sleep(max(0.0, at - _time.time()))


async def _sleep_async(seconds: float) -> None:
    """The same for async code."""
    at, context = _ends_at(seconds), _context.current()
    if context is not None:
        await context.controller.sleep_until(at)
    else:
        await asyncio.sleep(max(0.0, at - _time.time()))


async def _now_async() -> datetime:
    return _now()


async def _clock_async() -> float:
    return _clock()


now = Both(_now, _now_async)
time = Both(_clock, _clock_async)
sleep = Both(_sleep, _sleep_async)
