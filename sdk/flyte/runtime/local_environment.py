"""Environment variables of tasks in local mode: set while a task runs, as they were before when the last has ended.

The process has one environment: tasks side by side share it, and of two values the one that was set last holds.
"""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_lock = threading.Lock()
_layers: list[Mapping[str, str]] = []
"""What running tasks have set, in the order in which they began."""
_before: dict[str, str | None] = {}
"""What was there before the first of them; None where there was nothing."""


@contextlib.contextmanager
def environment(env_vars: Mapping[str, str]) -> Iterator[None]:
    """Sets environment variables for a block."""
    if not env_vars:
        yield
        return
    layer = dict(env_vars)
    _enter(layer)
    try:
        yield
    finally:
        _leave(layer)


def _enter(layer: Mapping[str, str]) -> None:
    with _lock:
        for name in layer:
            _before.setdefault(name, os.environ.get(name))
        _layers.append(layer)
        os.environ.update(layer)


def _leave(layer: Mapping[str, str]) -> None:
    with _lock:
        del _layers[next(number for number, each in enumerate(_layers) if each is layer)]
        for name in layer:
            held = [each[name] for each in _layers if name in each]
            value = held[-1] if held else _before.pop(name)
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
