"""How often a failed task is tried again, and after how long."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

from ._expect import expect


@dataclass(frozen=True)
class Backoff:
    """Exponential delays: `base * factor**n`, at most `cap`."""

    base: timedelta
    factor: float = 1.0
    cap: timedelta | None = None

    def __post_init__(self) -> None:
        expect("base", self.base, timedelta, optional=False)
        expect("factor", self.factor, int, float, optional=False)
        expect("cap", self.cap, timedelta)
        for name, delay in (("base", self.base), ("cap", self.cap)):
            if delay is not None and delay < timedelta(0):
                raise ValueError(f"{name}={delay}: a delay is not negative")
        if not math.isfinite(self.factor):
            raise ValueError(f"factor={self.factor}: a finite number")
        if self.factor != 1 and self.cap is None:
            raise ValueError(f"factor={self.factor}: delays that grow need a cap")
        if self.factor < 1:
            raise ValueError(f"factor={self.factor}: at least 1, delays do not shrink")

    def compute_delay(self, n: int) -> timedelta:
        """The delay before retry `n`, counted from 0.

        Raises:
            ValueError: `n` is negative.
        """
        if n < 0:
            raise ValueError(f"n={n}: retries are counted from 0")
        try:
            delay = self.base * (self.factor**n)
        except OverflowError:
            delay = timedelta.max
        return delay if self.cap is None else min(delay, self.cap)


@dataclass(frozen=True)
class RetryStrategy:
    """Retries after the first attempt.

    Args:
        count: How many.
        backoff: Delays between them; None means at once on the backend.
    """

    count: int
    backoff: Backoff | None = None

    def __post_init__(self) -> None:
        expect("count", self.count, int, optional=False)
        expect("backoff", self.backoff, Backoff)
        if self.count < 0:
            raise ValueError(f"count={self.count}: not negative")


def as_strategy(retries: int | RetryStrategy) -> RetryStrategy:
    """The strategy that `retries=` stands for.

    Raises:
        TypeError: It is neither a number nor a strategy.
        ValueError: It is negative.
    """
    expect("retries", retries, RetryStrategy, int, optional=False)
    if not isinstance(retries, RetryStrategy) and retries < 0:
        raise ValueError(f"retries={retries}: not negative")
    return retries if isinstance(retries, RetryStrategy) else RetryStrategy(count=retries)
