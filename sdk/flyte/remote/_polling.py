"""How often the backend is asked whether something is done: soon at first, then less and less often."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_DELAY_S = 0.03
GROWTH = 1.15
LONGEST_DELAY_S = 2.5
"""Ours: an end is noticed within an eighth of the time that it took, and asking is 24 calls a minute at most."""


def delays() -> Iterator[float]:
    """Seconds between one question and the next: about an eighth of the time that has passed already."""
    delay = FIRST_DELAY_S
    while True:
        yield delay
        delay = min(delay * GROWTH, LONGEST_DELAY_S)
