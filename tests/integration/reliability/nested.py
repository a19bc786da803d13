"""A nested run whose processes are killed while it is at work."""

import asyncio
import os
from pathlib import Path

import flyte

env = flyte.TaskEnvironment(name="nested")


def _note(notes: str, task: str) -> None:
    """Tells that the task has begun, and of the processes that it is in."""
    Path(notes, f"{task}-{os.getpid()}-{os.getppid()}").touch()


@env.task
async def leaf(number: int, notes: str) -> int:
    _note(notes, f"leaf-{number}")
    await asyncio.sleep(3)
    return number


@env.task
async def middle(number: int, notes: str) -> int:
    _note(notes, f"middle-{number}")
    return sum(await asyncio.gather(*(leaf(10 * number + part, notes) for part in range(2))))


@env.task
async def root(notes: str) -> int:
    _note(notes, "root-0")
    return sum(await asyncio.gather(middle(1, notes), middle(2, notes)))
