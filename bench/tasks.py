"""The task that is run and deployed to be measured. Imports nothing else: all of it goes into the bundle."""

from __future__ import annotations

import flyte

env = flyte.TaskEnvironment(name="bench_env")


@env.task
async def greet(message: str) -> str:
    return f"{message}!"
