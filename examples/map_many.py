"""One task over many items with `flyte.map`: an action for each, results in the order of the items.

    flyte run --local examples/map_many.py total --n 10000
    flyte run examples/map_many.py total --n 10000

`concurrency` bounds how many run at a time: an AWS account runs 1,000 functions at once unless it was given more. Items
that fail come back as exceptions in their places; `return_exceptions=False` would raise the first of them.
"""

import flyte

env = flyte.TaskEnvironment(name="map_many")


@env.task
async def score(item: int) -> int:
    """The work for one item. Some items cannot be scored."""
    if item % 100 == 99:
        raise ValueError(f"item {item} is damaged")
    return item % 7


@env.task
async def total(n: int = 10_000, at_once: int = 200) -> tuple[int, int]:
    """The sum of all scores, and how many items had none."""
    points = damaged = 0
    async for result in flyte.map.aio(score, range(n), concurrency=at_once):
        if isinstance(result, Exception):
            damaged += 1
        else:
            points += result
    return points, damaged


if __name__ == "__main__":
    flyte.init_from_config()
    print(flyte.run(total, n=100))
