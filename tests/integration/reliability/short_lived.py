"""A program whose work adds up to 90 s, in pieces of 3 s: more than an invocation of a short-lived runner may take."""

import asyncio

import flyte

env = flyte.TaskEnvironment(name="short_lived")


@env.task
async def piece(number: int) -> int:
    await asyncio.sleep(3)
    return number


@env.task
async def stage(first: int) -> int:
    """Two pieces after each other, beside three others."""
    beside = [asyncio.create_task(piece(number)) for number in range(first + 2, first + 5)]
    one = await piece(first)
    two = await piece(first + 1)
    return one + two + sum(await asyncio.gather(*beside))


@env.task
async def pipeline() -> int:
    """Six stages of 15 s of work each: three at a time, twice."""
    total = 0
    for first in (0, 15):
        total += sum(await asyncio.gather(*(stage(first + part) for part in (0, 5, 10))))
    return total
