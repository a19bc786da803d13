"""What runs and actions tell of their record without asking the backend."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from flyte.protocol.identity import ActionId
    from flyte.protocol.phases import ActionPhase
    from flyte.protocol.runs import ActionRecord


class Recorded:
    """Something with a record."""

    def __init__(self, record: ActionRecord) -> None:
        self._record = record

    @property
    def record(self) -> ActionRecord:
        """The record itself, as it was when it was last read."""
        return self._record

    @property
    def phase(self) -> ActionPhase:
        """Where it was when it was last read."""
        return self._record.phase

    @property
    def raw_phase(self) -> ActionPhase:
        """The same: there is no other kind of phase here."""
        return self._record.phase

    def done(self) -> bool:
        """Whether it had ended when it was last read."""
        return self._record.phase.is_terminal

    def to_dict(self) -> dict[str, Any]:
        """A dict of JSON values."""
        return self._record.to_dict()

    def to_json(self) -> str:
        """JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)


class RecordedAction(Recorded):
    """What `Action` and `ActionDetails` both tell."""

    @property
    def action_id(self) -> ActionId:
        """Project, domain, run and name."""
        return self._record.id

    @property
    def name(self) -> str:
        """The action's name; `a0` for the root action."""
        return self._record.id.action

    @property
    def run_name(self) -> str:
        """The run's name."""
        return self._record.id.run

    @property
    def parent_name(self) -> str | None:
        """The action that called it; None for the root action."""
        return self._record.parent

    @property
    def task_name(self) -> str:
        """`environment.function`."""
        return self._record.task_name

    @property
    def start_time(self) -> datetime:
        """When it began to run, or else was created."""
        return self._record.started_at or self._record.created_at

    def __repr__(self) -> str:
        name, run, phase = self.name, self.run_name, self.phase.value
        return f"{type(self).__name__}(name={name!r}, run_name={run!r}, task_name={self.task_name!r}, phase={phase!r})"
