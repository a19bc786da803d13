"""A task that calls itself: merge sort, with each half an action of its own.

    flyte run --local examples/recursion.py merge_sort --values '[5, 3, 8, 1, 9, 2]' --leaf 2
    flyte run examples/recursion.py merge_sort --values '[5, 3, 8, 1, 9, 2]' --leaf 2

Every level waits for the one below it, and a task that only waits is suspended: it occupies no function and is not
billed. So the depth is bounded by patience alone. Equal calls of one parent are different actions, told apart by order.
"""

import asyncio
from heapq import merge

import flyte

env = flyte.TaskEnvironment(name="recursion")


@env.task
async def merge_sort(values: list[int], leaf: int = 1000) -> list[int]:
    """Sorts in place what is small enough to be a leaf, and hands on halves of what is not."""
    if len(values) <= leaf:
        return sorted(values)
    middle = len(values) // 2
    left, right = await asyncio.gather(merge_sort(values[:middle], leaf), merge_sort(values[middle:], leaf))
    return list(merge(left, right))


if __name__ == "__main__":
    flyte.init_from_config()
    print(flyte.run(merge_sort, values=[5, 3, 8, 1, 9, 2], leaf=2))
