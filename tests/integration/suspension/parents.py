"""Parents that only wait for a while, and tell of themselves."""

import asyncio
import os
from datetime import timedelta

import flyte
import flyte.durable
from flyte.extras import Sleep

sleepers = flyte.TaskEnvironment(name="sleepers", plugin_config=Sleep())
# Sandboxes that no other test uses: a suspended process goes on only where it was stopped.
env = flyte.TaskEnvironment(name="parents", resources=flyte.Resources(memory="4Gi"))


@env.task
async def nap(seconds: float) -> float:
    await asyncio.sleep(seconds)
    return seconds


@flyte.trace
async def effect(step: int) -> int:
    print(f"effect {step}")
    return os.getpid()


@env.task
async def waits(seconds: float) -> list[int]:
    """The process before and after a wait, as recorded, and the one that ends."""
    before = await effect(1)
    try:
        naps = await asyncio.gather(nap(seconds), nap(seconds / 2))
        assert list(naps) == [seconds, seconds / 2]
    except BaseException:
        print("unwound")
        raise
    return [before, await effect(2), os.getpid()]


@env.task
def waits_in_plain_code(seconds: float) -> list[float]:
    done = [value for value in flyte.map(nap, [seconds, seconds / 2]) if isinstance(value, float)]
    flyte.durable.sleep(2)
    return done


@env.task
async def takes_the_first(seconds: float) -> int:
    jobs = [asyncio.ensure_future(nap(seconds * factor)) for factor in (1, 20)]
    done, late = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
    for job in late:
        job.cancel()
    return len(done)


@env.task
async def group(seconds: float) -> float:
    async with asyncio.TaskGroup() as tasks:
        jobs = [tasks.create_task(nap(seconds)) for _ in range(2)]
    return sum(job.result() for job in jobs)


@sleepers.task
async def sleeps(duration: timedelta) -> None:
    raise AssertionError("its function was called")
