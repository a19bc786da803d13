"""The policy of reusing workers. Lambda keeps warm sandboxes by itself, so that it is checked and kept, not needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from ._expect import expect


@dataclass
class ReusePolicy:
    """How many workers are kept, and how long.

    Args:
        replicas: A number, or a pair (least, most).
        idle_ttl: Seconds or timedelta without work after which the environment's workers end.
        concurrency: Tasks that one worker runs at a time; more than 1 needs async tasks.
        scaledown_ttl: Seconds or timedelta without work after which one worker ends.
        scope: Who shares the workers: every run (`global`) or one run's actions (`run`).
    """

    replicas: int | tuple[int, int] = 2
    idle_ttl: int | timedelta = 30
    concurrency: int = 1
    scaledown_ttl: int | timedelta = 30
    scope: Literal["global", "run"] = "global"

    def __post_init__(self) -> None:
        for name in ("idle_ttl", "scaledown_ttl"):
            expect(name, getattr(self, name), int, timedelta, optional=False)
        expect("concurrency", self.concurrency, int, optional=False)
        if self.scope not in {"global", "run"}:
            raise ValueError(f"scope={self.scope!r}: 'global' or 'run'")
        if isinstance(self.replicas, int) and not isinstance(self.replicas, bool):
            self.replicas = (self.replicas, self.replicas)
        elif not isinstance(self.replicas, tuple) or len(self.replicas) != 2:
            raise ValueError(f"replicas={self.replicas!r}: a number, or a pair (least, most)")
        if self.replicas[0] > self.replicas[1] or self.replicas[1] < 1:
            raise ValueError(f"replicas={self.replicas!r}: the most is at least 1 and no less than the least")
        if self.concurrency < 1:
            raise ValueError(f"concurrency={self.concurrency}: at least 1")
        if isinstance(self.idle_ttl, int):
            self.idle_ttl = timedelta(seconds=self.idle_ttl)
        if isinstance(self.scaledown_ttl, int):
            self.scaledown_ttl = timedelta(seconds=self.scaledown_ttl)

    @property
    def min_replicas(self) -> int:
        """The least number of workers."""
        return self.replicas[0] if isinstance(self.replicas, tuple) else self.replicas

    @property
    def max_replicas(self) -> int:
        """The most workers."""
        return self.replicas[1] if isinstance(self.replicas, tuple) else self.replicas

    def get_scaledown_ttl(self) -> timedelta | None:
        """How long an idle worker stays."""
        return self.scaledown_ttl if isinstance(self.scaledown_ttl, timedelta) else None
