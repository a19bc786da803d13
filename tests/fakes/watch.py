"""Somebody who watches transfers, and writes down what is told."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from flyte.remote._progress import WATCH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte.remote._progress import Direction


class _Seen:
    def __init__(self, name: str, told: list[str]) -> None:
        self._name = name
        self._told = told

    def moved(self, moved_bytes: int) -> None:
        self._told.append(f"{self._name} at {moved_bytes}")

    def ended(self, error: BaseException | None) -> None:
        self._told.append(f"{self._name} ended" + ("" if error is None else f" by {type(error).__name__}"))


class _Watch:
    def __init__(self) -> None:
        self.told: list[str] = []

    def begun(self, direction: Direction, name: str, size_bytes: int | None) -> _Seen:
        self.told.append(f"{direction} {name} of {size_bytes}")
        return _Seen(name, self.told)


@contextmanager
def watching() -> Iterator[list[str]]:
    """What is told of transfers within the block."""
    watch = _Watch()
    token = WATCH.set(watch)
    try:
        yield watch.told
    finally:
        WATCH.reset(token)
