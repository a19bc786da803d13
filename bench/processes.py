"""Whole processes: what a user waits for before anything happens. The reference is Python doing nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from .measure import Row, paired_ms, process

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
FLYTE = str(Path(sys.executable).with_name("flyte"))
CASES = (
    ("import flyte, over bare Python", [sys.executable, "-c", "import flyte"], 60, True),
    ("flyte --help", [FLYTE, "--help"], 250, False),
    ("flyte run greeting.py greet --help", [FLYTE, "run", "greeting.py", "greet", "--help"], 300, False),
    (
        "flyte run --local greeting.py greet",
        [FLYTE, "run", "--local", "greeting.py", "greet", "--message", "Good morning!"],
        350,
        False,
    ),
)


def rows(pairs: int) -> Iterator[Row]:
    """A row for each command."""
    bare = process([sys.executable, "-c", "pass"])
    for what, argv, limit_ms, over_bare in CASES:
        subject, reference, ratio = paired_ms(process(argv, cwd=EXAMPLES), bare, pairs)
        measured = subject - reference if over_bare else subject
        text = f"python -c pass: {reference:.0f} ms"
        yield Row(what, measured, "ms", text, ratio, f"≤ {limit_ms} ms", measured <= limit_ms)
