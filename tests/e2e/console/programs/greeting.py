"""A task with an input that may be wrong, one that takes a file, and one with a trigger to switch."""

from typing import Annotated

from pydantic import Field

import flyte
from flyte.io import Dir, File

env = flyte.TaskEnvironment(name="greeting")


@env.task(entrypoint=True)
async def greet(message: str, times: Annotated[int, Field(ge=1, le=5)] = 1) -> str:
    """Greets somebody.

    Args:
        message: What to say.
        times: How often.
    """
    return " ".join([f"{message}!"] * times)


@env.task(triggers=flyte.Trigger("hourly", flyte.Cron("0 * * * *"), inputs={"name": "x"}, auto_activate=True))
async def nightly(name: str = "x") -> str:
    """Runs by itself."""
    return name


@env.task
async def measure(file: File) -> int:
    """Counts the bytes of a file."""
    async with file.open("rb") as stream:
        return len(await stream.read())


@env.task
async def gather(folder: Dir) -> list[str]:
    """Names the files of a folder."""
    return sorted([file.name or "" async for file in folder.walk()])
