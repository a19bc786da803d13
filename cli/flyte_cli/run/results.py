"""What a run came to, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import click

from flyte_cli.exits import Exit

if TYPE_CHECKING:
    from flyte.errors import BaseRuntimeError
    from flyte.protocol.runs import ErrorRecord
    from flyte_cli.output import Output

_NOTE = "in the task:\n"
"""What the SDK begins the note with that carries the user's traceback."""


@dataclass(frozen=True)
class Failure:
    """Why a run did not succeed."""

    code: str
    kind: str
    message: str
    traceback: str = ""

    @classmethod
    def of_error(cls, error: BaseRuntimeError) -> Self:
        """From what a local run raised."""
        notes = [note.removeprefix(_NOTE) for note in getattr(error, "__notes__", ()) if note.startswith(_NOTE)]
        return cls(error.code, error.kind, str(error), notes[0] if notes else "")

    @classmethod
    def of_record(cls, record: ErrorRecord) -> Self:
        """From what the backend recorded."""
        return cls(record.code, record.kind, record.message, record.traceback)

    def to_dict(self) -> dict[str, str]:
        """For JSON."""
        return {"code": self.code, "kind": self.kind, "message": self.message, "traceback": self.traceback}

    @property
    def title(self) -> str:
        """One line: the class, and the message where it says more than that."""
        return self.code if self.message in {"", self.code} else f"{self.code}: {self.message}"


@dataclass(frozen=True)
class Ended:
    """A run that has ended. `outputs` are the SDK's `ActionOutputs`, of a run that succeeded.

    `is_traced` says that the traceback was shown already, at the end of the log.
    """

    name: str | None
    url: str | None
    phase: str
    outputs: Any = None
    failure: Failure | None = None
    is_traced: bool = False

    @classmethod
    def succeeded(cls, run: Any) -> Self:
        """From a run object of the SDK."""
        return cls(run.name, run.url, "succeeded", run.outputs())

    @classmethod
    def failed(cls, name: str | None, failure: Failure) -> Self:
        """From the failure of a local run."""
        by_code = {"ActionAbortedError": "aborted"}
        timed_out = failure.code.endswith("ExceededError") or failure.code == "TaskTimeoutError"
        return cls(name, None, "timed_out" if timed_out else by_code.get(failure.code, "failed"), failure=failure)

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        document: dict[str, Any] = {"run": self.name, "url": self.url, "phase": self.phase}
        if self.outputs is not None:
            document["outputs"] = self.outputs.to_dict()
        if self.failure is not None:
            document["error"] = self.failure.to_dict()
        return document


def show_ended(output: Output, ended: Ended) -> int:
    """Shows the result, or the failure on stderr; gives the exit code."""
    if ended.outputs is None:
        _show_failure(ended)
    if output.is_json:
        output.document(ended.to_dict())
    elif ended.outputs is not None:
        _show_outputs(output, ended.outputs)
    return Exit.SUCCEEDED if ended.outputs is not None else Exit.RUN_FAILED


def show_detached(output: Output, run: Any) -> None:
    """Shows a run that nobody waits for."""
    if output.is_json:
        output.document({"run": run.name, "url": run.url, "phase": run.phase.value})
    else:
        output.details({"run": run.name, "url": run.url or ""}, None)


def _show_outputs(output: Output, outputs: Any) -> None:
    if output.output_format == "table-simple":
        output.text(f"Outputs: {outputs!r}")
    elif len(outputs) == 1:
        output.value(outputs.value)
    else:
        output.details({name: str(value) for name, value in outputs.named_outputs.items()}, None)


def _show_failure(ended: Ended) -> None:
    which = f"The run {ended.name}" if ended.name else "The run"
    what = {"aborted": "was aborted", "timed_out": "timed out"}.get(ended.phase, "failed")
    failure = ended.failure
    if failure is not None and failure.traceback and not ended.is_traced:
        click.echo(failure.traceback, err=True)
    click.echo(f"Error: {which} {what}{f': {failure.title}' if failure else ''}", err=True)
