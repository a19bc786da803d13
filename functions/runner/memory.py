"""The sandbox's memory: how much a task and what it starts may hold, so that the supervisor lives to tell of it."""

from __future__ import annotations

import os
from collections.abc import Callable

from flyte.protocol.limits import MIB
from functions.runner import process_tree
from functions.runner.watches import MemoryWatch

RESERVE_BYTES = 32 * MIB
"""Left free for the kernel and Lambda's own processes, and for what is allocated between two looks. Ours."""


class Memory:
    """Knows the function's memory and who shares it.

    Args:
        size_bytes: The function's memory.
        workers: The processes of all workers, of which one runs the task; what they have started counts too.
        relieve: Ends workers that are only kept to save time, and says whether there were any.
    """

    def __init__(self, size_bytes: int, workers: Callable[[], list[int]], relieve: Callable[[], bool] = bool) -> None:
        self.size_bytes = size_bytes
        self._workers = workers
        self._relieve = relieve

    def watch(self) -> MemoryWatch:
        """Watches what the workers and all below them hold, beside what we hold ourselves."""
        return MemoryWatch(
            size_bytes=self.size_bytes,
            reserve_bytes=RESERVE_BYTES,
            estimate=lambda: process_tree.anonymous_bytes(self._members()),
            exact=lambda: process_tree.proportional_bytes(self._members()),
            relieve=self._relieve,
        )

    def _members(self) -> list[int]:
        workers = self._workers()
        return [os.getpid(), *workers, *(pid for worker in workers for pid in process_tree.descendants(worker))]
