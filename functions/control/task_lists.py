"""Which tasks a list is to have, and the newest run of each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from flyte.protocol.api import TaskPage
from flyte.protocol.tasks import LastRun, TaskVersion
from functions.control.listing import Listing
from functions.control.run_filters import RunFilter

_AT_ONCE = 16
"""Newest runs that are looked for beside each other: each is one query of one run."""


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks to list; None means any. `text` is part of the name, in any case."""

    environment: str | None = None
    entrypoint: bool | None = None
    text: str | None = None

    @property
    def is_exact(self) -> bool:
        """Whether all tasks are wanted whose names begin as those of the environment do."""
        return self.entrypoint is None and self.text is None

    def matches(self, task: TaskVersion) -> bool:
        """Whether a task is wanted."""
        fits = self.entrypoint is None or task.entrypoint is self.entrypoint
        return fits and (self.text is None or self.text.casefold() in task.name.casefold())


class LastRuns:
    """The newest runs of tasks. Nothing is written for them: a start of a run changes no record of a task."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing

    def shown(self, scope: str, page: TaskPage) -> TaskPage:
        """The page with the newest run of each task."""
        if not page.tasks:
            return page
        with ThreadPoolExecutor(min(_AT_ONCE, len(page.tasks)), "last-runs") as beside:
            found = beside.map(lambda task: self._newest(scope, task.name), page.tasks)
            tasks = [task.model_copy(update={"last_run": last}) for task, last in zip(page.tasks, found, strict=True)]
        return page.model_copy(update={"tasks": tuple(tasks)})

    def _newest(self, scope: str, task: str) -> LastRun | None:
        record = self._listing.newest(scope, RunFilter(task=task))
        if record is None:
            return None
        return LastRun(run=record.id.run, phase=record.phase, created_at=record.created_at, ended_at=record.ended_at)
