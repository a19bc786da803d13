"""Tasks that call deployed ones, which they have not imported."""

import flyte
import flyte.errors
import flyte.remote

env = flyte.TaskEnvironment(name="calling")

analyse = flyte.remote.Task.get("analysing.analyse", auto_version="latest")
double = flyte.remote.Task.get("analysing.double", auto_version="latest")
level = flyte.remote.Task.get("analysing.level", auto_version="latest").override(retries=1, env_vars={"LEVEL": "high"})
unique = flyte.remote.Task.get("analysing.unique", auto_version="latest")


@env.task
async def reused(version: str) -> tuple[str, str, str]:
    kept = unique.override(cache=flyte.Cache("override", version_override=version))
    return await kept(text="a"), await kept(text="a"), await unique(text="a")


@env.task
async def kept_by_its_code(text: str) -> tuple[str, str]:
    kept = flyte.remote.Task.get("analysing.kept", auto_version="latest")
    return await kept(text=text), await kept.override(retries=3)(text=text)


@env.task
async def pipeline(text: str) -> tuple[float, float, str]:
    found = await analyse(text=text)
    async with found.source.open("rb") as file:
        content = bytes(await file.read()).decode()
    return found.mean, await double(analysis=found), content


@env.task
async def overridden() -> str:
    return await level()


@env.task
async def fetched() -> str:
    details = await level.fetch.aio()
    return await details()


@env.task
async def elsewhere() -> str:
    task = flyte.remote.Task.get("analysing.level", auto_version="latest", domain="production")
    try:
        return await task()
    except flyte.errors.RemoteTaskUsageError as error:
        return str(error)
