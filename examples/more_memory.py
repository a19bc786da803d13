"""A child that runs out of memory is run again with more: `except flyte.errors.OOMError`, then `override(resources=…)`.

    flyte run --local examples/more_memory.py load --megabytes 10
    flyte run examples/more_memory.py load --megabytes 700

Memory is bounded on Lambda, not in local mode. `resources` choose the smallest runner function that has enough, so that
most inputs run in a small one, and the few large ones do not fail. What the parent printed tells which memory did.
"""

import flyte
import flyte.errors

env = flyte.TaskEnvironment(name="more_memory", resources=flyte.Resources(memory="512Mi"))

LARGER = ("1024Mi", "2048Mi")


@env.task
def digest(megabytes: int) -> int:
    """Holds that much in memory, as a naive reader of a large file does."""
    held = bytearray(megabytes * 1024 * 1024)
    for page in range(0, len(held), 4096):
        held[page] = 1
    return sum(held[::4096]) // 256


@env.task
def load(megabytes: int) -> int:
    """Tries with the environment's memory, then with more and more."""
    attempt = digest
    for memory in LARGER:
        try:
            return attempt(megabytes)
        except flyte.errors.OOMError as error:
            print(f"{error}\nonce more, with {memory}")
            attempt = digest.override(resources=flyte.Resources(memory=memory))
    return attempt(megabytes)


if __name__ == "__main__":
    flyte.init_from_config()
    print(flyte.run(load, megabytes=700))
