"""A run of runs: a task starts others as whole runs, each with a name, a page, logs and a cost of its own.

    flyte run --local examples/search.py search --trials '[2, 9, 4]'
    flyte run examples/search.py search --trials '[2, 9, 4]'

`flyte get run` lists them; who waits for them is suspended meanwhile. A trial's failure arrives by its class, and costs
no more than the trial.
"""

import asyncio

import flyte
import flyte.errors

env = flyte.TaskEnvironment(name="search")


@env.task
async def train(layers: int) -> float:
    """Stands for hours of work that may need more memory than there is."""
    if layers > 8:
        raise MemoryError(f"{layers} layers are too many")
    return 1 / layers


async def tried(name: str, layers: int) -> float:
    """The loss of one trial; infinite if it failed."""
    try:
        run = await flyte.with_runcontext(name=name).run.aio(train, layers=layers)  # does not wait, but in local mode
        outputs = await run.outputs.aio()  # waits until it has ended
    except flyte.errors.OOMError:
        return float("inf")
    return float(outputs[0])


@env.task
async def search(trials: list[int]) -> float:
    """The least loss of all trials."""
    own = flyte.ctx().action.run_name
    return min(await asyncio.gather(*(tried(f"{own}-{layers}", layers) for layers in trials)))
