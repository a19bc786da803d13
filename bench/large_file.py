"""The task that takes and gives a large file. Imports nothing else: all of it goes into the bundle."""

from __future__ import annotations

import flyte
from flyte.io import File

env = flyte.TaskEnvironment(name="bench_file_env")


@env.task
async def echo(file: File) -> File:
    return await File.from_local(await file.download())
