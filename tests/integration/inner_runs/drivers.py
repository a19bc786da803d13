"""Tasks that start whole runs, and what those run."""

import asyncio
import os
import tempfile

import flyte
import flyte.errors
import flyte.io
import flyte.remote

flyte.init_from_config()  # as programs do that are also run by hand: it changes nothing for a task

inner = flyte.TaskEnvironment(name="inner")
# Sandboxes that no other test uses: a suspended process goes on only where it was stopped.
env = flyte.TaskEnvironment(name="drivers", depends_on=[inner], resources=flyte.Resources(memory="8Gi"))


class OutOfBudgetError(Exception):
    """What an inner run fails with."""


@inner.task
async def train(steps: int) -> str:
    if steps < 0:
        raise OutOfBudgetError(f"{steps} steps")
    return f"trained {steps}"


@inner.task
async def nap(seconds: float) -> float:
    await asyncio.sleep(seconds)
    return seconds


@inner.task
async def read(file: flyte.io.File) -> str:
    async with file.open("rb") as opened:
        return (await opened.read()).decode()


@inner.task
async def asks() -> str:
    condition = await flyte.new_condition.aio("name", data_type=str)
    return f"it is called {await condition.wait.aio()}"


@env.task
async def falls_back(steps: int) -> list[str]:
    """The error of a run by its class, then another run; the names of both."""
    own = flyte.ctx().action.run_name
    first = await flyte.with_runcontext(name=f"{own}-1", labels={"of": own}).run.aio(train, steps=-steps)
    try:
        await first.raise_for_status.aio()
    except flyte.errors.RuntimeUserError as error:
        if error.code != "OutOfBudgetError":
            raise
    second = await flyte.with_runcontext(name=f"{own}-2", labels={"of": own}).run.aio(train, steps=steps)
    outputs = await second.outputs.aio()
    listed = [run.name async for run in flyte.remote.Run.listall.aio(with_labels={"of": own})]
    return [outputs[0], *sorted(listed)]


@env.task(retries=1)
async def tries_twice() -> list[str]:
    """A run that has a name is the same in the next attempt; one without is another."""
    own = flyte.ctx().action.run_name
    named = await flyte.with_runcontext(name=f"{own}-named").run.aio(train, steps=1)
    nameless = await flyte.run.aio(train, steps=2)
    if flyte.ctx().attempt_number == 0:
        await nameless.wait.aio()
        raise RuntimeError("once more")
    found = await flyte.remote.Run.get.aio(named.name)
    made = [run.name async for run in flyte.remote.Run.listall.aio(created_by_subject=f"task/{own}:a0")]
    return [found.name, str(len(made)), str(nameless.name in made)]


@env.task
def waits_long(seconds: float) -> list[str]:
    """In plain code: the inner run, what it gave, and the process that heard of it; a label tells of the first one."""
    run = flyte.with_runcontext(labels={"process": str(os.getpid())}).run(nap, seconds=seconds)
    return [run.name, str(run.outputs()[0]), str(os.getpid())]


@env.task
async def sends_a_file(text: str) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        run = await flyte.run.aio(read, file=await flyte.io.File.from_local(file.name))
    outputs = await run.outputs.aio()
    return str(outputs[0])


@env.task
async def answers() -> str:
    run = await flyte.run.aio(asks)
    while (condition := await flyte.remote.Condition.get.aio("name", run.name)) is None:
        await flyte.durable.sleep.aio(0.5)
    await condition.signal.aio("Ada")
    outputs = await run.outputs.aio()
    return str(outputs[0])


@env.task
async def runs_here() -> str:
    """In this very process."""
    run = await flyte.with_runcontext(mode="local").run.aio(train, steps=3)
    outputs = await run.outputs.aio()
    return str(outputs[0])


@env.task
async def reaches_out(what: str) -> str:
    if what == "domain":
        await flyte.remote.Run.get.aio("any", domain="production")
    if what == "secrets":
        flyte.remote.Secret.create("mine", "value")
    return "it could"


@env.task
async def stops_another() -> list[str]:
    run = await flyte.run.aio(nap, seconds=600.0)
    await run.abort.aio("enough")
    try:
        await run.raise_for_status.aio()
    except flyte.errors.ActionAbortedError as error:
        actions = [action.name async for action in flyte.remote.Action.listall.aio(run.name)]
        again = await flyte.rerun.aio(run.name, seconds=0.0)
        outputs = await again.outputs.aio()
        return [str(error), *actions, str(outputs[0])]
    return []
