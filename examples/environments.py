"""Fan-out and fan-in over environments: small functions split and count, a large one merges.

    flyte run --local examples/environments.py word_count --text 'the cat and the dog and the bird'
    flyte run examples/environments.py word_count --text 'the cat and the dog and the bird'

Each environment has its own memory (and may have its own packages, secrets and variables), so each task runs in the
smallest function that has enough. `depends_on` takes the others along when one is run or deployed.
"""

import asyncio
from collections import Counter

import flyte

small = flyte.TaskEnvironment(name="counting", resources=flyte.Resources(cpu="250m", memory="512Mi"))
large = flyte.TaskEnvironment(name="merging", resources=flyte.Resources(memory="1Gi"))
driver = flyte.TaskEnvironment(name="word_count", depends_on=[small, large])


@small.task
async def count(lines: list[str]) -> dict[str, int]:
    """How often each word is in some lines."""
    return Counter(word for line in lines for word in line.split())


@large.task
async def merge(counts: list[dict[str, int]]) -> dict[str, int]:
    """All counts in one, which has to hold them all."""
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total.most_common())


@driver.task
async def word_count(text: str, parts: int = 4) -> dict[str, int]:
    """Counts in parallel, then merges."""
    words = text.split()
    with flyte.group("count"):
        counts = await asyncio.gather(*(count(words[part::parts]) for part in range(parts)))
    return await merge(list(counts))


if __name__ == "__main__":
    flyte.init_from_config()
    print(flyte.run(word_count, text="the cat and the dog and the bird"))
