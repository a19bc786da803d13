"""Tasks to observe: each ends, fails or waits in its own way."""

import asyncio

import flyte

env = flyte.TaskEnvironment(name="observed")


@env.task
async def square(x: int) -> int:
    """Squares a number."""
    print(f"squaring {x}")
    return x * x


@env.task
async def sums(n: int = 3) -> dict[str, int]:
    """Sums squares, each an action of its own."""
    print("about to sum")
    return {"sum": sum(await asyncio.gather(*(square(x) for x in range(n))))}


@env.task
async def fails(why: str) -> None:
    """Fails."""
    print("about to fail")
    raise ValueError(f"it must fail: {why}")


@env.task
async def asks() -> str:
    """Waits for an answer from outside."""
    condition = await flyte.new_condition.aio("fruit", prompt="Which fruit?", data_type=str)
    return f"{await condition.wait.aio()} it is"


@env.task
async def forever() -> None:
    """Goes on until it is aborted."""
    print("begun")
    await asyncio.Event().wait()


@env.task(report=True)
async def reports() -> None:
    """Writes a report."""
    await flyte.report.replace.aio("<h1>It went well</h1>")
    await flyte.report.flush.aio()
