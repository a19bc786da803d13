"""A pipeline that takes longer than any Lambda function may run: hours of steps, each of which is an action.

    flyte run --local examples/long_pipeline.py train --epochs 3 --seconds 0.1
    flyte run --detach examples/long_pipeline.py train --epochs 30 --seconds 600

One invocation of Lambda ends after 15 minutes, and this run takes five hours: `train` is suspended while it waits for a
step or sleeps, and goes on in another invocation when there is something to do. Only the steps have to fit into one.
`flyte get action RUN` tells what `train` itself was billed: seconds.
"""

import time

import flyte
import flyte.durable

env = flyte.TaskEnvironment(name="long_pipeline")


@env.task(retries=3)
def epoch(number: int, loss: float, seconds: float) -> float:
    """One step of the work, from where the one before it ended."""
    time.sleep(seconds)
    print(f"epoch {number} ends")
    return loss * 0.5


@env.task
async def train(epochs: int = 30, seconds: float = 600, pause: float = 0) -> list[float]:
    """All steps, one after the other, with a pause between them in which nothing is billed."""
    losses = [1.0]
    for number in range(epochs):
        losses.append(await epoch.aio(number, losses[-1], seconds))
        await flyte.durable.sleep.aio(pause)
    return losses[1:]


if __name__ == "__main__":
    flyte.init_from_config()
    print(flyte.run(train, epochs=3, seconds=1))
