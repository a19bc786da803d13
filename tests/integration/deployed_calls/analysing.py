"""A program that its callers know by name only."""

import os
import uuid
from dataclasses import dataclass

import flyte
from flyte.io import File

env = flyte.TaskEnvironment(name="analysing")


@dataclass
class Analysis:
    mean: float
    source: File


@env.task
async def analyse(text: str) -> Analysis:
    numbers = [float(each) for each in text.split()]
    source = File.new_remote("numbers.txt")
    async with source.open("wb") as file:
        await file.write(text.encode())
    return Analysis(sum(numbers) / len(numbers), source)


@env.task
def double(analysis: Analysis) -> float:
    return analysis.mean * 2


@env.task
def level() -> str:
    if flyte.ctx().attempt_number == 0:
        raise ValueError("not at once")
    return os.environ.get("LEVEL", "")


@env.task
def unique(text: str) -> str:
    return f"{text} {uuid.uuid4()}"


@env.task(cache="auto")
def kept(text: str) -> str:
    return f"{text} {uuid.uuid4()}"
