"""What a run in this process leaves: the same face as `flyte.remote.Run`, already done."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .protocol.phases import ActionPhase

if TYPE_CHECKING:
    from .remote._io import ActionInputs, ActionOutputs


class _Known:
    """A method whose answer is known: `run.outputs()`, and `await run.outputs.aio()`."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __call__(self, *_args: Any, **_kwargs: Any) -> Any:
        return self._value

    async def aio(self, *_args: Any, **_kwargs: Any) -> Any:
        return self._value


@dataclass(frozen=True)
class LocalAction:
    """The root action of a finished run of this process."""

    run_name: str
    task_name: str
    name: str = "a0"
    phase: ActionPhase = ActionPhase.SUCCEEDED

    def done(self) -> bool:
        """Whether it has ended: it has."""
        return True


class LocalRun:
    """A finished run of this process.

    Attributes:
        name: Unique.
        url: The folder for the run's data.
        action: Its root action.
        phase: Always `succeeded`: a failing local run raises instead.
    """

    def __init__(self, name: str, task_name: str, folder: str, inputs: ActionInputs, outputs: ActionOutputs) -> None:
        self.name = name
        self.url = folder
        self.action = LocalAction(name, task_name)
        self.phase = ActionPhase.SUCCEEDED
        self.raw_phase = self.phase
        self.inputs = _Known(inputs)
        self.outputs = _Known(outputs)
        self.wait = _Known(None)
        self.done = _Known(value=True)
        self.raise_for_status = _Known(None)
        self.abort = _Known(None)
        self.first_failure = _Known(None)
        self.show_logs = _Known(None)
        self._outputs = outputs

    def to_dict(self) -> dict[str, Any]:
        """A dict of JSON values."""
        return {"name": self.name, "url": self.url, "phase": self.phase.value, "outputs": self._outputs.to_dict()}

    def to_json(self) -> str:
        """JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    async def sync(self) -> LocalRun:
        """The same: nothing changes any more."""
        return self

    def __str__(self) -> str:
        return str(self._outputs.value)

    def __repr__(self) -> str:
        return f"Run(name={self.name!r}, url={self.url!r}, phase={self.phase.value!r})"
