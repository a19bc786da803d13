"""A run of two steps that fails after them where a variable says so."""

import os

import flyte

env = flyte.TaskEnvironment(name="again")


@env.task
async def step(number: int, marker: str) -> str:
    print(f"step {number} runs")
    return f"{marker}{number}"


@env.task
async def steps(marker: str = "s") -> list[str]:
    taken = [await step(1, marker), await step(2, marker)]
    if os.environ.get("FAIL") == "yes":
        raise ValueError("as it was told to")
    return taken
