"""What type checkers see of the public names. Checked by mypy, never run."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, assert_type

import flyte

env = flyte.TaskEnvironment("typed", resources=flyte.Resources(cpu=1, memory="1Gi"))


@env.task
async def greet(message: str, times: int = 1) -> str:
    return message * times


@env.task(retries=3, timeout=60)
def count(text: str) -> int:
    return len(text)


@env.task
async def parent(message: str) -> int:
    assert_type(await greet(message), str)
    assert_type(count(message), int)
    both: list[Any] = list(await asyncio.gather(count.aio(message), count.aio(message)))
    return sum(both)


assert_type(greet("x"), Coroutine[Any, Any, str])
assert_type(count("x"), int)
count(3)  # type: ignore[arg-type]
greet(text="x")  # type: ignore[call-arg]
