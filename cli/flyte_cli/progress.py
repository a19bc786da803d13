"""Status of a run on stderr: one line that is redrawn on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Self

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_REDRAW_S = 0.1
_ERASE_LINE = "\r\x1b[2K"


class Progress:
    """Shows the phase of one run while it is waited for.

    Args:
        label: What runs.
        silent: Shows nothing, for `--no-progress`.
        clock: Seconds that only grow.
    """

    def __init__(self, label: str, *, silent: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._label = label
        self._silent = silent
        self._clock = clock
        self._started = clock()
        self._phase = ""
        self._live = not silent and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._redraw, name="progress", daemon=True)

    def __enter__(self) -> Self:
        if self._live:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._live:
            self._thread.join()
            click.echo(_ERASE_LINE, nl=False, err=True)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the run was asked for."""
        return self._clock() - self._started

    def phase(self, phase: str) -> None:
        """The run is in this phase now."""
        if phase == self._phase:
            return
        self._phase = phase
        if not self._live:
            self.line(f"{self._label} {phase} ({duration(self.elapsed_s)})")

    def line(self, text: str) -> None:
        """A line that stays, of what is going on."""
        if not self._silent:
            self.log(text)

    def log(self, text: str) -> None:
        """A line that stays, of the run's own logs: shown even where progress is not."""
        with self._lock:
            click.echo(f"{_ERASE_LINE if self._live else ''}{text}", err=True)

    def _redraw(self) -> None:
        while not self._ended.wait(_REDRAW_S):
            if not self._phase:
                continue
            text = f"{self._label} {self._phase} {duration(self.elapsed_s)}"
            with self._lock:
                click.echo(f"{_ERASE_LINE}{click.style(text, dim=True)}", nl=False, err=True)


def duration(seconds: float) -> str:
    """A duration for people: `0.4 s`, `2 min 5 s`, `1 h 3 min`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
