"""Which runs a list is to have, and where it finds them: the index or the facets that fit best."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flyte.protocol.phases import SUCCESSFUL_PHASES, ActionPhase
from functions.control import run_facets
from functions.control.action_items import created_sort, scope_phase, scope_task
from functions.control.attributes import Item
from functions.control.clock import to_iso
from functions.control.errors import InvalidRequestError

_FIRST, _LAST = " ", "\uffff"
_ABOVE = "~"
_SORT_KEY = re.compile(r"[0-9TZ:.-]{27}#[A-Za-z0-9._-]{1,40}~?")


@dataclass(frozen=True, slots=True)
class Partition:
    """Where runs lie side by side, sorted by creation: of an index of root actions, or, without one, of facets."""

    index: str | None
    attribute: str
    value: str


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs to list; None and nothing mean any.

    Of `phases` a run is in one; of `labels`, each `key` or `key=value`, it has all; `text` is part of its name or
    its task's.
    """

    phases: tuple[ActionPhase, ...] = ()
    task: str | None = None
    version: str | None = None
    created_by: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    labels: tuple[str, ...] = ()
    text: str | None = None

    def bounds(self, before: str | None) -> tuple[str, str]:
        """Between which sort keys the runs lie, of those before `before`: no run sorts exactly at either.

        Raises:
            InvalidRequestError: A moment is none that can be written.
        """
        low = _bound("created_after", self.created_after, _FIRST)
        high = _bound("created_before", self.created_before, _LAST)
        return low, min(high, _just_before(before)) if before else high

    def partitions(self, scope: str) -> tuple[Partition, ...]:
        """Where the runs lie: where fewest others are, as far as that can be told from the filter alone.

        Raises:
            InvalidRequestError: A label has no key.
        """
        for label in self.labels:
            if label.startswith("=") or not label:
                raise InvalidRequestError(f"label: {label!r} has no key. Write key or key=value.")
        if self.labels:
            best = max(self.labels, key=lambda label: "=" in label)
            return (Partition(None, "pk", run_facets.of_label(scope, best)),)
        rare = bool(self.phases) and SUCCESSFUL_PHASES.isdisjoint(self.phases)
        if self.version is not None:
            return (Partition(None, "pk", run_facets.of_version(scope, self.version)),)
        if self.task is not None and not rare:
            return (Partition("by_task", "scope_task", scope_task(scope, self.task)),)
        if self.created_by is not None and not rare:
            return (Partition(None, "pk", run_facets.of_user(scope, self.created_by)),)
        if self.phases:
            return tuple(Partition("by_phase", "scope_phase", scope_phase(scope, phase)) for phase in self.phases)
        return (Partition("by_created", "scope", scope),)

    def is_answered_by(self, partitions: tuple[Partition, ...]) -> bool:
        """Whether all runs that lie there, within the bounds, are wanted."""
        asked = {
            "by_phase": bool(self.phases),
            "by_task": self.task is not None,
            "version": self.version is not None,
            "user": self.created_by is not None,
            "label": bool(self.labels),
            "other": len(self.labels) > 1 or any((self.updated_after, self.updated_before, self.text)),
        }
        first = partitions[0]
        answered = first.index or run_facets.kind_of(first.value)
        return not any(is_asked for name, is_asked in asked.items() if name != answered)

    def matches(self, item: Item) -> bool:
        """Whether a root action is wanted; its creation is within the bounds."""
        return all(self._checks(item))

    def _checks(self, item: Item) -> Iterator[bool]:
        # Not `phase`: a run that waits for a person is listed as paused, and is running.
        yield not self.phases or item["scope_phase"].rpartition("#")[2] in {phase.value for phase in self.phases}
        yield self.task is None or item["task_name"] == self.task
        yield self.version is None or item["task_version"] == self.version
        yield self.created_by is None or item.get("created_by") == self.created_by
        yield self.updated_after is None or item["updated_at"] >= to_iso(self.updated_after)
        yield self.updated_before is None or item["updated_at"] < to_iso(self.updated_before)
        yield all(_has(item, label) for label in self.labels)
        yield self.text is None or self._reads_like(item, self.text.casefold())

    def _reads_like(self, item: Item, text: str) -> bool:
        name = item["pk"].rpartition("/")[2]
        return text in name.casefold() or text in item["task_name"].casefold()


def position_above(item: Item) -> str:
    """A position that the run itself comes after: nothing of a run's name sorts above it."""
    return str(item["created_sort"]) + _ABOVE


def check_position(before: str) -> None:
    """Refuses what was not made of a run of a list.

    Raises:
        InvalidRequestError: It is none.
    """
    if not _SORT_KEY.fullmatch(before):
        raise InvalidRequestError("cursor: it is none of this list. Start again without a cursor.")


def _has(item: Item, label: str) -> bool:
    key, separator, value = label.partition("=")
    labels = item.get("labels", {})
    return key in labels and (not separator or labels[key] == value)


def _bound(name: str, moment: datetime | None, default: str) -> str:
    try:
        return created_sort(moment) if moment else default
    except (OverflowError, ValueError):
        raise InvalidRequestError(f"{name}: there is no such moment.") from None


def _just_before(key: str) -> str:
    """A text above all sort keys that are less than `key`, and below `key`: BETWEEN includes its bounds."""
    return key[:-1] + chr(ord(key[-1]) - 1) + _LAST
