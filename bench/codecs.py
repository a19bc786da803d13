"""What a worker does with values, text to value and back, against pydantic's own `TypeAdapter` on the same data."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from .measure import Row, once_ms

LIMIT = 1.5
REPEATS = 200


@dataclass
class Settings:
    """Twenty fields, as a training task may have them."""

    name: str
    model: str
    folder: str
    note: str
    epochs: int
    batch_size: int
    workers: int
    seed: int
    layers: list[int]
    rate: float
    decay: float
    dropout: float
    momentum: float
    weights: dict[str, float]
    shuffle: bool
    resume: bool
    started: datetime
    parent: str | None = None
    limit: int | None = None
    tags: list[str] = field(default_factory=list)


SETTINGS = Settings(
    *("first", "resnet-50", "s3://bucket/folder", "with warm-up"),
    *(90, 256, 8, 17),
    [64, 128, 256, 512],
    *(0.1, 1e-4, 0.25, 0.9),
    {"cat": 0.5, "dog": 1.25},
    *(True, False),
    datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
    tags=["baseline", "nightly"],
)
CASES: tuple[tuple[str, Any, Any, int], ...] = (
    ("round trip of a dataclass of 20 fields", Settings, SETTINGS, REPEATS),
    ("round trip of a list of 10,000 floats", list[float], [number * 0.37 for number in range(10_000)], 3),
)


def rows(pairs: int) -> Iterator[Row]:
    """A row a case. Each measurement is of several round trips, for one is too short for the clock."""
    from flyte.types import MISSING, NativeInterface
    from flyte.types.texts import joined

    for what, hint, value, repeats in CASES:
        interface, adapter = NativeInterface({"o0": (hint, MISSING)}, {"o0": hint}), TypeAdapter(hint)

        def ours(interface: Any = interface, value: Any = value, repeats: int = repeats) -> None:
            for _ in range(repeats):
                interface.inputs_from_text(joined(interface.outputs_to_texts(value)))

        def reference(adapter: Any = adapter, value: Any = value, repeats: int = repeats) -> None:
            for _ in range(repeats):
                adapter.validate_json(adapter.dump_json(adapter.validate_python(value)))

        ours()
        reference()
        taken = [(once_ms(ours), once_ms(reference)) for _ in range(3 * pairs)]
        ratio = statistics.median(one / other for one, other in taken)
        measured, base = (statistics.median(each) / repeats for each in zip(*taken, strict=True))
        yield Row(
            what, measured * 1000, "µs", f"TypeAdapter: {base * 1000:.1f} µs", ratio, f"≤ {LIMIT}×", ratio <= LIMIT
        )
