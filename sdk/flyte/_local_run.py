"""What a run in this process leaves: the same face as `flyte.remote.Run`, already done."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from .protocol.phases import ActionPhase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .remote._io import ActionInputs, ActionOutputs


class _Known:
    """A method whose answer is known: `run.outputs()`, and `await run.outputs.aio()`."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __call__(self, *_args: Any, **_kwargs: Any) -> Any:
        return self._value

    async def aio(self, *_args: Any, **_kwargs: Any) -> Any:
        return self._value


class _Asked:
    """A method whose answer is computed when it is asked for, in both forms."""

    def __init__(self, answer: Callable[..., Any]) -> None:
        self._answer = answer

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._answer(*args, **kwargs)

    async def aio(self, *args: Any, **kwargs: Any) -> Any:
        return await asyncio.to_thread(self._answer, *args, **kwargs)


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
        self.sync = _Known(self)
        self.code_bundle = _Known(None)
        self.typed_inputs = _Asked(partial(_retyped, inputs))
        self.typed_outputs = _Asked(partial(_retyped, outputs.named_outputs))
        self.get_report = _Asked(self._report)
        self.download_code = _Asked(self._no_code)
        self.details = _Asked(partial(self._refused, "details"))
        self.watch = _Asked(partial(self._refused, "changes"))
        self.get_logs = _Asked(partial(self._refused, "logs"))
        self._outputs = outputs

    def to_dict(self) -> dict[str, Any]:
        """A dict of JSON values."""
        return {"name": self.name, "url": self.url, "phase": self.phase.value, "outputs": self._outputs.to_dict()}

    def to_json(self) -> str:
        """JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def _report(self, attempt: int | None = None) -> str:
        from .remote._report import no_report

        del attempt
        page = Path(self.url) / self.action.name / "data" / "report.html"
        if not page.is_file():
            raise no_report(f"{self.name}/{self.action.name}")
        return page.read_text(encoding="utf-8")

    def _no_code(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        from .errors import RuntimeUserError

        raise RuntimeUserError("DataNotFound", f"{self.name} ran in this process: it has no copy of the code")

    def _refused(self, what: str, *_args: Any, **_kwargs: Any) -> NoReturn:
        from .errors import InitializationError

        text = f"{self.name} ran in this process: no backend keeps its {what}; its outputs, inputs and phase are here"
        raise InitializationError("InitializationError", "user", text)

    def __str__(self) -> str:
        return str(self._outputs.value)

    def __repr__(self) -> str:
        return f"Run(name={self.name!r}, url={self.url!r}, phase={self.phase.value!r})"


def _retyped(values: Mapping[str, Any], types: dict[str, type], deserializers: Any = None) -> dict[str, Any]:
    from .remote._typed import retyped

    return retyped(values, types, deserializers)
