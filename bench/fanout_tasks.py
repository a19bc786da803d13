"""The tasks of the fan-out. Imports nothing else: all of it goes into the bundle."""

from __future__ import annotations

import asyncio
import time

import flyte

env = flyte.TaskEnvironment(name="bench_fan_env")


@env.task
async def square(x: int) -> int:
    return x**2


@env.task
async def slow(seconds: float) -> float:
    await asyncio.to_thread(time.sleep, seconds)
    return seconds


@env.task
async def fan_out(children: int) -> float:
    started = time.perf_counter()
    squares = await asyncio.gather(*(square(number) for number in range(children)))
    assert squares == [number**2 for number in range(children)]
    return (time.perf_counter() - started) * 1000


@env.task(retries=1)
async def replay(children: int) -> float:
    taken_ms: float = await fan_out.func(children)
    if flyte.ctx().attempt_number == 0:
        raise RuntimeError("so that the next attempt finds what this one has started")
    return taken_ms


@env.task
async def wait_for(seconds: float) -> float:
    return await slow(seconds)
