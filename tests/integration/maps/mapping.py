"""Tasks that map others over items, and tell how that went."""

import asyncio
import functools
import random
import time

import flyte

env = flyte.TaskEnvironment(name="mapping")


@env.task
def square(x: int) -> int:
    return x * x


@env.task
def power(exponent: int, x: int) -> int:
    return x**exponent


@env.task
def picky(x: int) -> int:
    if x == 1:
        raise ValueError("not this one")
    return x


@env.task
async def span(x: int) -> list[float]:
    began = time.time()
    await asyncio.sleep(0.3)
    return [began, time.time()]


@env.task
async def nap(seconds: float) -> float:
    await asyncio.sleep(seconds)
    return seconds


@env.task
def squares(n: int) -> list[int]:
    return [value for value in flyte.map(square, range(n)) if isinstance(value, int)]


@env.task
async def powers(n: int) -> list[int]:
    return [value async for value in flyte.map.aio(functools.partial(power, 3), range(n))]


@env.task
def picked() -> list[str]:
    return [str(getattr(value, "code", value)) for value in flyte.map(picky, range(3))]


@env.task
def picked_strictly() -> int:
    return len(list(flyte.map(picky, range(3), return_exceptions=False)))


@env.task
async def most_at_a_time(n: int, concurrency: int) -> int:
    spans = [each async for each in flyte.map.aio(span, range(n), concurrency=concurrency)]
    return max(sum(began <= at < ended for began, ended in spans) for at, _ in spans)


@env.task
def naps(n: int, seconds: float) -> int:
    return len(list(flyte.map(nap, [seconds] * n)))


@env.task(retries=1)
async def tossed() -> int:
    """Calls another child each time that it runs."""
    value = await square.aio(random.randrange(1 << 40))
    if flyte.ctx().attempt_number == 0:
        raise RuntimeError("so that it runs again")
    return value


@env.task(retries=1)
async def shuffled() -> int:
    """Calls the same children in another order each time that it runs."""
    numbers = list(range(3))
    random.shuffle(numbers)
    values = await asyncio.gather(*(asyncio.create_task(square.aio(number)) for number in numbers))
    if flyte.ctx().attempt_number == 0:
        raise RuntimeError("so that it runs again")
    return sum(values)
