"""Sandboxes are started a few at a time: ministack starts one for each invocation that finds none free, all at once.

On a machine of two cores, 70 interpreters that start together take half a minute, in which not one task runs. Now who
finds none takes one that becomes free meanwhile. Only so many are in use at a time; who finds no room for long is
throttled, as by Lambda. To be installed after what else changes how sandboxes start.
"""

# ruff: noqa: SLF001 - it adapts ministack from inside
from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime  # type: ignore[import-not-found]
from ministack.services import lambda_svc  # type: ignore[import-not-found]

from .turns import Cores, Turns

_AT_ONCE = max(2, os.cpu_count() or 1)
"""A start keeps a core busy: with more at a time, each takes longer."""


def install() -> None:
    """Let who invokes a function wait for a turn to start a sandbox, or for a free one."""
    acquire, release = lambda_runtime.acquire_worker, lambda_runtime.release_worker
    at_most = int(os.environ["DEVBOX_SANDBOXES"])
    turns = Turns(_AT_ONCE, at_most, _in_use, _all_in_use, Cores(_idle_s).is_any_idle)

    def acquire_in_turn(name: str, config: dict[str, Any], code: bytes, qualifier: str = "$LATEST") -> tuple[Any, str]:
        """As `acquire_worker`; "func_cap" is its word for a throttled invocation."""

        def acquired() -> tuple[Any, bool]:
            worker, how = acquire(name, config, code, qualifier=qualifier)
            return worker, how == "spawn"

        pool = lambda_runtime._worker_key(name, config, qualifier)
        taken = turns.take(pool, acquired)
        if taken is None:
            return None, "func_cap"
        worker, is_new = taken
        return worker, "spawn" if is_new else "reused"

    def release_and_tell(worker: Any) -> None:
        release(worker)
        if worker is not None:
            qualifier = worker.config.get("Version", "$LATEST")
            turns.freed(lambda_runtime._worker_key(worker.func_name, worker.config, qualifier))

    lambda_svc.acquire_worker, lambda_svc.release_worker = acquire_in_turn, release_and_tell
    for kind in (lambda_runtime.Worker, lambda_runtime.ProvidedWorker):
        kind._spawn = _telling(kind._spawn, turns)


def _telling(spawn: Any, turns: Turns) -> Any:
    def spawn_and_tell(worker: Any, *args: Any, **options: Any) -> None:
        try:
            spawn(worker, *args, **options)
        finally:
            turns.started(worker)

    return spawn_and_tell


def _in_use(pool: str) -> list[bool]:
    return [worker.in_use for worker in lambda_runtime._workers.get(pool, ())]


def _all_in_use() -> int:
    return sum(worker.in_use for workers in list(lambda_runtime._workers.values()) for worker in list(workers))


def _idle_s() -> float | None:
    """Linux's counters of all cores together: the fourth and the fifth are those of idle ones (proc_stat(5))."""
    try:
        with Path("/proc/stat").open() as counters:
            idle = counters.readline().split()[4:6]
    except OSError:
        return None
    return sum(map(int, idle)) / os.sysconf("SC_CLK_TCK")
