"""The task of `flyte run hello`."""

from __future__ import annotations

import flyte

env = flyte.TaskEnvironment(name="hello_env")


@env.task
async def hello(name: str = "World") -> str:
    """Say hello.

    Args:
        name: Whom to greet.
    """
    return f"Hello, {name}!"
