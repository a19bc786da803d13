"""Files on their way to or from the backend, on stderr: bars on a terminal, a line for each that arrived elsewhere."""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte.remote._progress import Direction

_SHOWN_BYTES = 1_000_000
"""Smaller ones are over before anybody could read of them."""
_VERBS = {"upload": ("Uploading", "Uploaded"), "download": ("Downloading", "Downloaded")}


@contextmanager
def transfers_shown(*, silent: bool) -> Iterator[None]:
    """Shows the transfers that the SDK makes within the block.

    Args:
        silent: Shows nothing, for `--no-progress`.
    """
    if silent:
        yield
        return
    from flyte.remote._progress import WATCH

    shown = _Shown(live=sys.stderr.isatty() and os.environ.get("TERM") != "dumb")
    token = WATCH.set(shown)
    try:
        yield
    finally:
        WATCH.reset(token)
        shown.close()


class _Shown:
    """All transfers of one command."""

    def __init__(self, *, live: bool) -> None:
        self._live = live
        self._bars: Any = None
        self._lock = threading.Lock()

    def begun(self, direction: Direction, name: str, size_bytes: int | None) -> _Transfer:
        """A transfer has begun; the first one of a notable size brings the bars."""
        notable = size_bytes is None or size_bytes >= _SHOWN_BYTES
        return _Transfer(self, direction, name, self._bar(direction, name, size_bytes) if notable else None)

    def line(self, text: str) -> None:
        """A line that stays."""
        with self._lock:
            if self._bars is None:
                click.echo(text, err=True)
            else:
                self._bars.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def moved(self, bar: Any, moved_bytes: int) -> None:
        """A bar has grown."""
        if self._bars is not None and bar is not None:
            self._bars.update(bar, completed=moved_bytes)

    def ended(self, bar: Any) -> None:
        """A bar is not needed any more."""
        if self._bars is not None and bar is not None:
            self._bars.remove_task(bar)

    def close(self) -> None:
        """Takes the bars away."""
        if self._bars is not None:
            self._bars.stop()

    def _bar(self, direction: Direction, name: str, size_bytes: int | None) -> Any:
        if not self._live:
            return None
        with self._lock:
            if self._bars is None:
                self._bars = _bars()
                self._bars.start()
            return self._bars.add_task(f"{_VERBS[direction][0]} {name}", total=size_bytes)


class _Transfer:
    """One file or folder."""

    def __init__(self, shown: _Shown, direction: Direction, name: str, bar: Any) -> None:
        self._shown = shown
        self._direction = direction
        self._name = name
        self._bar = bar
        self._moved_bytes = 0
        self._began = time.monotonic()

    def moved(self, moved_bytes: int) -> None:
        """So many bytes have arrived in all."""
        self._moved_bytes = moved_bytes
        self._shown.moved(self._bar, moved_bytes)

    def ended(self, error: BaseException | None) -> None:
        """It has arrived, or was given up; of the latter the command itself tells."""
        from flyte_cli.progress import duration
        from flyte_cli.shown import size

        self._shown.ended(self._bar)
        if error is None and self._moved_bytes >= _SHOWN_BYTES:
            took = duration(time.monotonic() - self._began)
            self._shown.line(f"{_VERBS[self._direction][1]} {self._name} ({size(self._moved_bytes)}, {took})")


def _bars() -> Any:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
