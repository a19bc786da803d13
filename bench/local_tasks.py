"""1,000 nested calls in local mode: the same program for this and for Flyte 2.12. Prints seconds by task, as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import flyte

env = flyte.TaskEnvironment(name="bench_local")


@env.task
async def square(x: int) -> int:
    return x * x


@env.task
def square_sync(x: int) -> int:
    return x * x


@env.task
async def gathered(n: int) -> float:
    started = time.perf_counter()
    squares = await asyncio.gather(*(square(x=number) for number in range(n)))
    assert squares[-1] == (n - 1) ** 2
    return time.perf_counter() - started


@env.task
def mapped(n: int) -> float:
    started = time.perf_counter()
    squares = list(flyte.map(square_sync, list(range(n))))
    assert squares[-1] == (n - 1) ** 2
    return time.perf_counter() - started


@env.task
def sequential(n: int) -> float:
    started = time.perf_counter()
    squares = [square_sync(x=number) for number in range(n)]
    assert squares[-1] == (n - 1) ** 2
    return time.perf_counter() - started


def seconds_of(task: Any, n: int) -> float:
    output = flyte.with_runcontext(mode="local").run(task, n=n).outputs()
    return float(output[0] if isinstance(output, tuple) else output)


if __name__ == "__main__":
    flyte.init()
    taken = {}
    for task in (gathered, mapped, sequential):
        seconds_of(task, 10)
        taken[task.name.rpartition(".")[2]] = seconds_of(task, int(sys.argv[1]))
    print(json.dumps(taken))
