"""1,000 nested calls in local mode, against Flyte 2.12 running the same program, each in processes of its own."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .bundles import flytes_python
from .measure import Row

CALLS = 1_000
PAIRS = 5
LIMIT = 1 / 5
WHAT = {"gathered": "asyncio.gather", "mapped": "flyte.map", "sequential": "one after the other"}
_PROGRAM = Path(__file__).with_name("local_tasks.py")


def rows() -> Iterator[Row]:
    """One row a way to call."""
    theirs = flytes_python()
    with tempfile.TemporaryDirectory(prefix="flyte-bench-") as folder:
        taken = [(_seconds(sys.executable, folder), _seconds(theirs, folder)) for _ in range(PAIRS)]
    for name, what in WHAT.items():
        ours, reference = (statistics.median(each[name] for each in side) for side in zip(*taken, strict=True))
        ratio = statistics.median(one[name] / other[name] for one, other in taken)
        yield Row(
            f"{CALLS:,} nested calls in local mode, {what}",
            ours * 1000,
            "ms",
            f"Flyte 2.12: {reference * 1000:.0f} ms",
            ratio,
            f"≤ {LIMIT:.2f} ×",
            ratio <= LIMIT,
        )


def _seconds(python: str, folder: str) -> dict[str, float]:
    done = subprocess.run(
        [python, str(_PROGRAM), str(CALLS)],
        env={**os.environ, "HOME": folder, "FLYTE_HOME": folder},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    taken: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return taken
