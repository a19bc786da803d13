"""A release that waits for a person: nothing is billed while it does.

    flyte run --local examples/approval.py release --version 1.2
    flyte run --name release-1 examples/approval.py release --version 1.2

Of a local run, the terminal asks. On the backend, answer from anywhere, within a day:

    flyte get condition release-1
    flyte signal condition release-1 approve true
    flyte signal condition release-1 share 25
"""

from datetime import timedelta

import flyte
import flyte.errors

env = flyte.TaskEnvironment(name="approval")


@env.task
async def build(version: str) -> str:
    """Stands for the work before anybody is asked."""
    return f"shop-{version}.zip"


@env.task
async def release(version: str) -> str:
    """Builds, asks whether to release, and to how many customers."""
    package = await build(version)
    approval = await flyte.new_condition.aio(
        "approve",
        prompt=f"Release {package}?",
        data_type=bool,
        description="The build is done. Without an answer it is dropped after a day.",
        timeout=timedelta(days=1),
    )
    try:
        if not await approval.wait.aio():
            return f"{package} was turned down"
    except flyte.errors.ConditionTimedoutError:
        return f"{package} was dropped: nobody has answered"
    share = await flyte.new_condition.aio("share", prompt="To how many percent of the customers?", data_type=int)
    return f"{package} goes to {await share.wait.aio()} % of the customers"


if __name__ == "__main__":
    flyte.init_from_config()
    run = flyte.run(release, version="1.2")
    print(f"{run.name} waits: {run.url}")
