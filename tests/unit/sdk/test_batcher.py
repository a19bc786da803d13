"""Batchers: what is batched with what, and what becomes of each record."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from flyte.extras import DynamicBatcher, Prompt, TokenBatcher


@dataclass
class Sized:
    size: int

    def estimate_cost(self) -> int:
        return self.size


class Recorder:
    """A function for batches that notes how many records each had."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    async def __call__(self, batch):
        self.sizes.append(len(batch))
        if "bad" in batch:
            raise ValueError("a bad record")
        return [str(record) for record in batch]


def results_of(make, records, costs=None):
    async def scenario():
        async with make() as batcher:
            assert batcher.is_running
            futures = await batcher.submit_batch(records, estimated_cost=costs)
            results = await asyncio.gather(*futures, return_exceptions=True)
        assert not batcher.is_running
        return results, batcher.stats

    return asyncio.run(scenario())


def test_each_record_gets_its_own_result_in_batches_of_at_most_the_size():
    process = Recorder()
    results, stats = results_of(lambda: DynamicBatcher(process, max_batch_size=4), list(range(10)))
    assert results == [str(n) for n in range(10)]
    assert process.sizes == [4, 4, 2]
    assert (stats.total_submitted, stats.total_completed, stats.total_batches) == (10, 10, 3)
    assert stats.avg_batch_size == pytest.approx(10 / 3)
    assert 0.0 <= stats.utilization <= 1.0


@pytest.mark.parametrize(
    ("records", "costs", "least", "sizes"),
    [
        ([Sized(4)] * 5, None, 1, [2, 2, 1]),
        ([1, 2, 3, 4], [9, 1, 9, 9], 1, [2, 1, 1]),
        ([Sized(100)] * 4, None, 2, [2, 2]),
        ([1, 2, 3], None, 1, [3]),
    ],
)
def test_a_batch_ends_before_its_cost_passes_the_target(records, costs, least, sizes):
    process = Recorder()
    results_of(lambda: DynamicBatcher(process, target_batch_cost=10, min_batch_size=least), records, costs)
    assert process.sizes == sizes


def test_a_batch_that_fails_fails_its_own_records_alone():
    process = Recorder()
    results, _ = results_of(lambda: DynamicBatcher(process, max_batch_size=2), ["a", "bad", "b", "c"])
    assert [type(result) for result in results] == [ValueError, ValueError, str, str]


def test_a_function_that_loses_records_is_found_out():
    async def loses(batch):
        return batch[1:]

    results, _ = results_of(lambda: DynamicBatcher(loses), [1, 2])
    assert str(results[0]) == "the function gave 1 results for 2 records"


def test_records_are_dispatched_when_the_time_is_over():
    async def scenario():
        async with DynamicBatcher(Recorder(), batch_timeout_s=0.01) as batcher:
            return await (await batcher.submit("only"))

    assert asyncio.run(scenario()) == "only"


def test_tokens_are_costs():
    process = Recorder()
    prompts = [Prompt("x" * 36)] * 3  # 10 tokens each
    results_of(lambda: TokenBatcher(inference_fn=process, target_batch_tokens=20), prompts)
    assert process.sizes == [2, 1]
    with pytest.raises(TypeError, match="inference_fn"):
        TokenBatcher()


def test_a_batcher_is_used_while_it_runs():
    async def scenario():
        batcher = DynamicBatcher(Recorder())
        with pytest.raises(RuntimeError, match="async with"):
            await batcher.submit(1)
        async with batcher:
            with pytest.raises(RuntimeError, match="already"):
                await batcher.start()
            with pytest.raises(ValueError, match="2 entries for 1 records"):
                await batcher.submit_batch([1], estimated_cost=[1, 2])
        await batcher.stop()

    asyncio.run(scenario())
