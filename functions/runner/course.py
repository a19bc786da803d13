"""Notices when a task that is run again asks for other children than before, because its code is not deterministic."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functions.control.attributes import Item


class Course:
    """Compares what a replay asks for with what earlier invocations had.

    The order says nothing: tasks of asyncio come in any. Nor does a child that is not asked for again by itself: the
    task may have given up waiting. A new child while an old one is left out at the end says that they took its place.
    """

    def __init__(self) -> None:
        self._asked: dict[str, str] = {}
        self._new: dict[str, str] = {}
        self._told = False
        self._lock = threading.Lock()

    def asks(self, names: Iterable[str], task: str, *, is_new: bool) -> None:
        """The task asks for a child, which may have any of these names, for it may have been repeated."""
        names = list(names)
        with self._lock:
            self._asked |= dict.fromkeys(names, task)
            if is_new:
                self._new[names[0]] = task

    def change(self, earlier: Mapping[str, Item]) -> str | None:
        """What has changed since the children in `earlier` were asked for, in words, once; None if nothing has.

        To be asked when the task only waits or has ended: until then it may yet ask for what is missing.
        """
        with self._lock:
            left = [name for name in earlier if name not in self._asked]
            new = [(name, task) for name, task in self._new.items() if name not in earlier]
            if self._told or not left or not new:
                return None
            self._told = True
        before, (name, task) = left[0], new[0]
        return (
            f"The task was run again and asked for other children than before: {earlier[before]['task_name']} "
            f"({before}) was asked for then and not now, {task} ({name}) is asked for now. Results of earlier children "
            "serve only where the calls and their inputs are the same: take time, chance and what is read from outside "
            "through flyte.durable or @flyte.trace."
        )
