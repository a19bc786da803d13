"""Measuring: pairs of a subject and a reference, taken in turn, so that a drifting machine hits both alike."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One line of the table. Times are medians in milliseconds."""

    what: str
    measured: float
    unit: str
    reference: str
    ratio: float | None
    target: str
    holds: bool


def once_ms(call: Callable[[], object]) -> float:
    """Wall time of one call, in milliseconds."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def paired_ms(subject: Callable[[], object], reference: Callable[[], object], pairs: int) -> tuple[float, float, float]:
    """Medians of both, and the median of the pairwise ratios, after one warm-up each."""
    subject()
    reference()
    taken = [(once_ms(subject), once_ms(reference)) for _ in range(pairs)]
    return (
        statistics.median(s for s, _ in taken),
        statistics.median(r for _, r in taken),
        statistics.median(s / r for s, r in taken),
    )


def process(argv: Sequence[str], cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Callable[[], object]:
    """A call that runs a command to its end, and refuses one that fails."""
    return lambda: subprocess.run(argv, cwd=cwd, env=env, check=True, capture_output=True)
