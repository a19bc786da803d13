"""The sandbox's memory: how much a task and what it starts may hold, so that the supervisor lives to tell of it."""

from __future__ import annotations

import os
from collections.abc import Callable

from flyte.protocol.limits import MIB
from functions.runner import process_tree
from functions.runner.watches import MemoryWatch
from functions.runner.worker_process import WorkerProcess

RESERVE_BYTES = 32 * MIB
"""Left free for the kernel and Lambda's own processes, and for what is allocated between two looks. Ours."""


class Memory:
    """Knows the function's memory and who shares it with the task.

    Args:
        size_bytes: The function's memory.
        others: Processes of ours beside the supervisor, such as a spare worker.
    """

    def __init__(self, size_bytes: int, others: Callable[[], list[int]] = list) -> None:
        self.size_bytes = size_bytes
        self._others = others

    def watch(self, worker: WorkerProcess) -> MemoryWatch:
        """Watches what a worker and all below it hold, beside what we hold ourselves."""

        def members() -> list[int]:
            return [os.getpid(), *self._others(), worker.pid, *worker.descendants()]

        return MemoryWatch(
            size_bytes=self.size_bytes,
            reserve_bytes=RESERVE_BYTES,
            estimate=lambda: process_tree.anonymous_bytes(members()),
            exact=lambda: process_tree.proportional_bytes(members()),
        )
