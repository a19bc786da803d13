"""`flyte.map` in local mode: order, errors, early exit, and threads that do not grow with the items."""

from __future__ import annotations

import base64
import hashlib
import threading

import pytest

import flyte
from flyte.runtime import naming
from flyte.runtime.local_threads import THREADS

env = flyte.TaskEnvironment(name="maps")
seen: list[int] = []
before: set[threading.Thread] = set()
most = 0


def working() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "flyte-task"}


@env.task
def invert(x: int) -> float:
    global most  # noqa: PLW0603 - a local run shares the process
    most = max(most, len(working() - before))
    seen.append(x)
    return 1 / x


@env.task
def values_before_an_error(xs: list[int]) -> list[float]:
    results = flyte.map(invert, xs, return_exceptions=False)
    got = [next(results) for _ in range(3)]
    with pytest.raises(flyte.errors.RuntimeUserError, match="division by zero"):
        next(results)
    return got


@env.task
def names_of(xs: list[int]) -> list[str]:
    return [str(y) if isinstance(y, float) else type(y).__name__ for y in flyte.map(invert, xs)]


@env.task
def first_of(xs: list[int]) -> float:
    return next(iter(flyte.map(invert, xs, concurrency=1)))


def outputs(task, xs):
    return flyte.with_runcontext(mode="local").run(task, xs=xs).outputs().o0


def test_results_before_an_error_are_given_before_it_is_raised():
    assert outputs(values_before_an_error, [1, 2, 4, 0, 5]) == [1.0, 0.5, 0.25]


def test_errors_are_values_in_their_places():
    assert outputs(names_of, [2, 0, 4]) == ["0.5", "RuntimeUserError", "0.25"]


@pytest.mark.parametrize("bound", [0, 1, -1])
def test_an_item_of_the_wrong_type_is_an_error_in_its_place(bound):
    @env.task
    def mixed() -> list[str]:
        return [type(y).__name__ for y in flyte.map(invert, [1, "two", 3], concurrency=bound)]

    assert flyte.with_runcontext(mode="local").run(mixed).outputs().o0 == ["float", "TypeError", "float"]


def test_who_leaves_a_map_early_starts_no_more_of_it():
    seen.clear()
    assert outputs(first_of, list(range(1, 100))) == 1.0
    assert len(seen) < 10


def test_many_sync_items_share_a_few_threads():
    global most  # noqa: PLW0603 - see above
    most = 0
    before.update(working())
    assert len(outputs(names_of, list(range(1, 500)))) == 499
    assert 0 < most <= THREADS


def test_names_are_base32_of_a_digest():
    hashed = hashlib.sha256(b"a\0b").digest()[:16]
    assert naming.digest("a", "b") == base64.b32encode(hashed).decode().rstrip("=").lower()
