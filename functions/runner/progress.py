"""How far children are, by group, and what they took: what people see of 10,000 without reading 10,000 records."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flyte.protocol.costs import Usage
from flyte.protocol.phases import SUCCESSFUL_PHASES, ActionPhase
from flyte.protocol.runs import GroupCount
from functions.control.attributes import Item
from functions.control.usage import with_below

if TYPE_CHECKING:
    from collections.abc import Mapping

GROUPS_KEPT = 20
"""Of one action, the latest ones: each is some 60 bytes of its record. Ours."""


@dataclass
class _Group:
    total: int = 0
    open: set[str] = field(default_factory=set)
    ended: int = 0
    failed: int = 0


class Progress:
    """Counts the children that were asked for in this invocation, and those that it found to have ended."""

    def __init__(self) -> None:
        self._groups: dict[str, _Group] = {}
        self._group_of: dict[str, str] = {}
        self._is_changed = False
        self._counted: set[str] = set()
        self._below = Usage()
        self._lock = threading.Lock()

    def asks(self, name: str, group: str | None, total: int | None) -> None:
        """The task asks for a child; of a group that is to have so many, if that is known."""
        if group is None:
            return
        with self._lock:
            known = self._groups.setdefault(group, _Group())
            known.open.add(name)
            known.total = max(known.total, total or 0)
            self._group_of[name] = group
            self._is_changed = True

    def ends(self, name: str, phase: ActionPhase) -> None:
        """A child has ended."""
        with self._lock:
            group = self._groups.get(self._group_of.pop(name, ""))
            if group is None:
                return
            group.open.discard(name)
            group.ended += 1
            group.failed += phase not in SUCCESSFUL_PHASES
            self._is_changed = True

    def took(self, name: str, item: Item) -> None:
        """Adds up what a child took, with what is below it, if that was not done before."""
        with self._lock:
            if name not in self._counted:
                self._counted.add(name)
                self._below += with_below(item)

    @property
    def below(self) -> Usage | None:
        """What all children took together; None if none has ended."""
        with self._lock:
            return self._below if self._counted else None

    def news(self) -> Mapping[str, GroupCount] | None:
        """The counts, if they have changed since this was asked last."""
        with self._lock:
            if not self._is_changed:
                return None
            self._is_changed = False
            latest = list(self._groups.items())[-GROUPS_KEPT:]
            return {
                name: GroupCount(
                    total=max(group.total, group.ended + len(group.open)), ended=group.ended, failed=group.failed
                )
                for name, group in latest
            }
