"""Tasks that wait for people."""

import asyncio

import flyte
from flyte.errors import ConditionFailedError, ConditionTimedoutError

env = flyte.TaskEnvironment(name="asking")


@env.task
async def approve() -> str:
    approval = await flyte.new_condition.aio("approve", prompt="Go on?", data_type=bool)
    return "yes" if await approval.wait.aio() else "no"


@env.task
def how_many() -> int:
    count = flyte.new_condition("count", prompt="How many?", data_type=int)
    return count.wait() + 1


@env.task
async def nobody_answers() -> str:
    condition = await flyte.new_condition.aio("late", timeout=2)
    try:
        await condition.wait.aio()
    except ConditionTimedoutError as error:
        return error.code
    return "answered"


@env.task
async def gives_up() -> str:
    condition = await flyte.new_condition.aio("text", data_type=str)
    try:
        return await asyncio.wait_for(condition.wait.aio(), timeout=0.5)
    except TimeoutError:
        return await condition.wait.aio()


@env.task
async def aborted() -> str:
    condition = await flyte.new_condition.aio("never")
    try:
        await condition.wait.aio()
    except ConditionFailedError as error:
        return error.code
    return "answered"
