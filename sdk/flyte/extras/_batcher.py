"""Batches of records from many callers, for functions that do much at once as cheaply as little, such as a model's."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

RecordT = TypeVar("RecordT")
ResultT = TypeVar("ResultT")


@runtime_checkable
class CostEstimator(Protocol):
    """A record that knows what it costs."""

    def estimate_cost(self) -> int:
        """Its cost, in the unit of `target_batch_cost`."""


@runtime_checkable
class TokenEstimator(Protocol):
    """A record that knows how many tokens it has."""

    def estimate_tokens(self) -> int:
        """How many."""


@dataclass
class Prompt:
    """A text for a language model."""

    text: str

    def estimate_tokens(self) -> int:
        """One for each four characters, and one."""
        return len(self.text) // 4 + 1


@dataclass
class BatchStats:
    """What a batcher has done so far.

    Attributes:
        total_submitted: Records given to it.
        total_completed: Records whose futures are done.
        total_batches: Batches handed to the function.
        total_batch_cost: The cost of all of them.
        busy_time_s: Seconds in the function.
        idle_time_s: Seconds without a batch.
    """

    total_submitted: int = 0
    total_completed: int = 0
    total_batches: int = 0
    total_batch_cost: int = 0
    busy_time_s: float = 0.0
    idle_time_s: float = 0.0

    @property
    def avg_batch_size(self) -> float:
        """Records in a batch."""
        return self.total_completed / self.total_batches if self.total_batches else 0.0

    @property
    def avg_batch_cost(self) -> float:
        """The cost of a batch."""
        return self.total_batch_cost / self.total_batches if self.total_batches else 0.0

    @property
    def utilization(self) -> float:
        """The share of time in the function, from 0 to 1."""
        total = self.busy_time_s + self.idle_time_s
        return self.busy_time_s / total if total else 0.0


@dataclass(frozen=True, slots=True)
class _Entry:
    record: Any
    cost: int
    future: asyncio.Future[Any]


class DynamicBatcher(Generic[RecordT, ResultT]):
    """Collects records, and hands them to a function in batches: `async with DynamicBatcher(process) as batcher`.

    Args:
        process_fn: Takes a list of records and gives as many results in the same order.
        cost_estimator: Gives a record's cost; by default its `estimate_cost()`, else `default_cost`.
        target_batch_cost: A batch is handed over before its cost passes this.
        max_batch_size: The most records in a batch.
        min_batch_size: The least, whatever they cost, unless the time is over or no more come.
        batch_timeout_s: Seconds to wait for a batch to fill.
        max_queue_size: Records that wait; `submit` waits when there are as many.
        prefetch_batches: Batches that are made ahead.
        default_cost: The cost of a record that nothing else tells it of.
    """

    def __init__(
        self,
        process_fn: Callable[[list[RecordT]], Awaitable[Sequence[ResultT]]],
        *,
        cost_estimator: Callable[[RecordT], int] | None = None,
        target_batch_cost: int = 32_000,
        max_batch_size: int = 256,
        min_batch_size: int = 1,
        batch_timeout_s: float = 0.05,
        max_queue_size: int = 5_000,
        prefetch_batches: int = 2,
        default_cost: int = 1,
    ) -> None:
        self._process_fn = process_fn
        self._cost_estimator = cost_estimator
        self._target_cost = target_batch_cost
        self._sizes = (min_batch_size, max_batch_size)
        self._timeout_s = batch_timeout_s
        self._queue_sizes = (max_queue_size, prefetch_batches)
        self._default_cost = default_cost
        self._stats = BatchStats()
        self._loops: list[asyncio.Task[None]] = []

    @property
    def stats(self) -> BatchStats:
        """What it has done so far."""
        return self._stats

    @property
    def is_running(self) -> bool:
        """Whether it takes records."""
        return bool(self._loops)

    async def start(self) -> None:
        """Begins to take records.

        Raises:
            RuntimeError: It does already.
        """
        if self._loops:
            raise RuntimeError("the batcher runs already")
        waiting, ahead = self._queue_sizes
        self._entries: asyncio.Queue[_Entry | None] = asyncio.Queue(waiting)
        self._batches: asyncio.Queue[list[_Entry] | None] = asyncio.Queue(ahead)
        self._loops = [asyncio.create_task(self._assemble()), asyncio.create_task(self._process())]

    async def stop(self) -> None:
        """Takes no more records, and waits until those that it has are done."""
        loops, self._loops = self._loops, []
        if loops:
            await self._entries.put(None)
            await asyncio.gather(*loops)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.stop()

    async def submit(self, record: RecordT, *, estimated_cost: int | None = None) -> asyncio.Future[ResultT]:
        """Gives it a record. Waits while too many wait.

        Args:
            record: The record.
            estimated_cost: Its cost, where that is known.

        Returns:
            The future of its result.

        Raises:
            RuntimeError: The batcher does not run.
        """
        if not self._loops:
            raise RuntimeError("the batcher does not run: use it in `async with`, or call start()")
        cost = self._cost(record) if estimated_cost is None else estimated_cost
        future: asyncio.Future[ResultT] = asyncio.get_running_loop().create_future()
        self._stats.total_submitted += 1
        await self._entries.put(_Entry(record, cost, future))
        return future

    async def submit_batch(
        self, records: Sequence[RecordT], *, estimated_cost: Sequence[int] | None = None
    ) -> list[asyncio.Future[ResultT]]:
        """Gives it several records, and gives their futures in the same order.

        Raises:
            ValueError: There are not as many costs as records.
        """
        costs: Sequence[int | None] = [None] * len(records) if estimated_cost is None else estimated_cost
        if len(costs) != len(records):
            raise ValueError(f"estimated_cost has {len(costs)} entries for {len(records)} records")
        pairs = zip(records, costs, strict=True)
        return [await self.submit(record, estimated_cost=cost) for record, cost in pairs]

    def _cost(self, record: RecordT) -> int:
        if self._cost_estimator is not None:
            return self._cost_estimator(record)
        return record.estimate_cost() if isinstance(record, CostEstimator) else self._default_cost

    async def _assemble(self) -> None:
        """Makes batches of what comes, until nothing more does."""
        least, most = self._sizes
        entry = await self._entries.get()
        while entry is not None:
            batch, cost = [entry], entry.cost
            ends_at = asyncio.get_running_loop().time() + self._timeout_s
            try:
                async with asyncio.timeout_at(ends_at):
                    while (entry := await self._entries.get()) is not None:
                        over = cost + entry.cost > self._target_cost and len(batch) >= least
                        if over or len(batch) == most:
                            break
                        batch.append(entry)
                        cost += entry.cost
            except TimeoutError:
                await self._batches.put(batch)
                entry = await self._entries.get()
            else:
                await self._batches.put(batch)
        await self._batches.put(None)

    async def _process(self) -> None:
        """Hands batches to the function, one after the other."""
        while True:
            since = time.monotonic()
            batch = await self._batches.get()
            started = time.monotonic()
            if batch is None:
                return
            await self._process_batch(batch)
            stats = self._stats
            stats.idle_time_s += started - since
            stats.busy_time_s += time.monotonic() - started
            stats.total_batches += 1
            stats.total_batch_cost += sum(entry.cost for entry in batch)
            stats.total_completed += len(batch)

    async def _process_batch(self, batch: list[_Entry]) -> None:
        error: Exception | None = None
        results: Sequence[Any] = ()
        try:
            results = await self._process_fn([entry.record for entry in batch])
        except Exception as raised:  # noqa: BLE001 - the user's own function: its callers are told
            error = raised
        else:
            if len(results) != len(batch):
                error = ValueError(f"the function gave {len(results)} results for {len(batch)} records")
        for index, entry in enumerate(batch):
            if entry.future.done():
                continue
            if error is None:
                entry.future.set_result(results[index])
            else:
                entry.future.set_exception(error)


class TokenBatcher(DynamicBatcher[RecordT, ResultT]):
    """A `DynamicBatcher` whose costs are tokens; see there for the other parameters.

    Args:
        inference_fn: The function; `process_fn` is the same.
        token_estimator: Gives a record's tokens; by default its `estimate_tokens()` or `estimate_cost()`.
        target_batch_tokens: Tokens of a batch; `target_batch_cost` is the same.
        default_token_estimate: Tokens of a record that nothing else tells of; `default_cost` is the same.
    """

    def __init__(
        self,
        inference_fn: Callable[[list[RecordT]], Awaitable[Sequence[ResultT]]] | None = None,
        *,
        process_fn: Callable[[list[RecordT]], Awaitable[Sequence[ResultT]]] | None = None,
        token_estimator: Callable[[RecordT], int] | None = None,
        cost_estimator: Callable[[RecordT], int] | None = None,
        target_batch_tokens: int | None = None,
        target_batch_cost: int = 32_000,
        default_token_estimate: int | None = None,
        default_cost: int = 1,
        **options: Any,
    ) -> None:
        function = inference_fn or process_fn
        if function is None:
            raise TypeError("TokenBatcher needs inference_fn, the function that takes a batch")
        super().__init__(
            function,
            cost_estimator=token_estimator or cost_estimator,
            target_batch_cost=target_batch_cost if target_batch_tokens is None else target_batch_tokens,
            default_cost=default_cost if default_token_estimate is None else default_token_estimate,
            **options,
        )

    async def submit(
        self, record: RecordT, *, estimated_tokens: int | None = None, estimated_cost: int | None = None
    ) -> asyncio.Future[ResultT]:
        """As of `DynamicBatcher`; `estimated_tokens` and `estimated_cost` are the same."""
        cost = estimated_cost if estimated_tokens is None else estimated_tokens
        return await super().submit(record, estimated_cost=cost)

    def _cost(self, record: RecordT) -> int:
        if self._cost_estimator is None and isinstance(record, TokenEstimator):
            return record.estimate_tokens()
        return super()._cost(record)
