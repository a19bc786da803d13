"""The runner's own share of a warm invocation: everything but AWS, which is replaced by a store in memory."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.integration.runner.conftest import Runner

from .measure import Row

LIMIT_MS = 10


def rows(pairs: int) -> Iterator[Row]:
    """Claim, order to the worker, the task itself (which does nothing), answer, record: one row."""
    with tempfile.TemporaryDirectory(prefix="flyte-bench-") as folder:
        runner = Runner(Path(folder) / "runner")
        try:
            code = runner.program("@env.task\ndef t(x: int) -> int:\n    return x\n")
            runner.invoke(code, x=0)
            taken_ms = [runner.invoke(code, x=n).took_s * 1000 for n in range(10 * pairs)]
        finally:
            runner.workers.close()
    share = statistics.median(taken_ms)
    slowest = sorted(taken_ms)[int(len(taken_ms) * 0.9)]
    yield Row(
        "runner's own share of a warm invocation",
        share,
        "ms",
        f"p90 {slowest:.1f} ms",
        None,
        "≤ 10 ms",
        share <= LIMIT_MS,
    )
