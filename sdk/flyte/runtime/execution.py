"""Runs one attempt of a task: JSON in, JSON or a failure out. The same in a worker process and in local mode.

Whatever the user's code raises becomes a `Failed`; nothing of it escapes, except what stops the whole process.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from flyte import _context, _loops, report
from flyte._logging import system_logger
from flyte.errors import BaseRuntimeError, NonRecoverableError, OOMError, RuntimeDataValidationError
from flyte.types import ValueMismatch

from .tracebacks import text_of, user_traceback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte._context import TaskContext
    from flyte._task import TaskTemplate
    from flyte.protocol.runs import ErrorRecord

Json = Any


@dataclass(frozen=True)
class Succeeded:
    """Outputs by `o0`, `o1`, …, each as JSON text."""

    texts: dict[str, str]

    @functools.cached_property
    def outputs(self) -> dict[str, Json]:
        """The same as JSON."""
        return {name: json.loads(text) for name, text in self.texts.items()}


@dataclass(frozen=True)
class Failed:
    """Why there are no outputs.

    Attributes:
        code: The class of the user's exception, or of `flyte.errors`.
        kind: Whose fault it is.
        message: The exception's own text.
        traceback: The user's frames of it.
        retriable: Whether the task's retries apply.
    """

    code: str
    kind: Literal["user", "system", "unknown"]
    message: str
    traceback: str = ""
    retriable: bool = True

    @property
    def error(self) -> ErrorRecord:
        """The same as it is recorded."""
        from flyte.protocol.runs import ErrorRecord

        return ErrorRecord(code=self.code, kind=self.kind, message=self.message, traceback=self.traceback)


Result = Succeeded | Failed


def execute(task: TaskTemplate[..., Any], inputs: Mapping[str, Json] | str, context: TaskContext) -> Result:
    """One attempt, blocking. Inputs may be a JSON text. An async task gets an event loop of its own."""
    with _context.entered(context):
        try:
            interface = task.interface
            values = interface.inputs_from_text(inputs) if isinstance(inputs, str) else interface.decode_inputs(inputs)
            returned = task.attempt(values)
            if inspect.isawaitable(returned):
                with asyncio.Runner(loop_factory=_loops.new_loop) as runner:
                    returned = runner.run(_awaited(returned))
            return finished(task, returned)
        except BaseException as error:  # noqa: BLE001 - failures are values here; `failure` lets the right ones pass
            return failure(task, error)
        finally:
            save_report(context)


async def execute_async(task: TaskTemplate[..., Any], inputs: Mapping[str, Json], context: TaskContext) -> Result:
    """One attempt of an async task in the running event loop."""
    _context.enter(context)
    try:
        values = task.interface.decode_inputs(inputs)
        return finished(task, await _awaited(task.attempt(values)))
    except asyncio.CancelledError:
        raise
    except BaseException as error:  # noqa: BLE001 - see above
        return failure(task, error)
    finally:
        if context.report.has_content():
            await asyncio.to_thread(save_report, context)


def save_report(context: TaskContext) -> None:
    """Writes the task's report. A report that cannot be written is a warning: the task's result stands."""
    try:
        report.save(context)
    except OSError as error:
        system_logger.warning("the report of %s could not be written: %s", context.action.name, error)


async def _awaited(awaitable: Any) -> Any:
    return await awaitable


def finished(task: TaskTemplate[..., Any], returned: Any) -> Result:
    """The outputs that a returned value stands for, checked against the annotation."""
    try:
        return Succeeded(task.interface.outputs_to_texts(returned))
    except ValueMismatch as mismatch:
        error = RuntimeDataValidationError(f"output{mismatch.path}", mismatch.reason, task.name)
        return Failed(error.code, "user", str(error), retriable=False)


def failure(task: TaskTemplate[..., Any], error: BaseException) -> Failed:
    """The failure that an exception stands for.

    Raises:
        KeyboardInterrupt: It is one: the user stops the program, not the task.
    """
    if isinstance(error, KeyboardInterrupt):
        raise error
    text = user_traceback(error)
    if isinstance(error, ValueMismatch):
        wrapped = RuntimeDataValidationError(error.path.lstrip(".") or "input", error.reason, task.name)
        return Failed(wrapped.code, "user", str(wrapped), text, retriable=False)
    if isinstance(error, BaseRuntimeError):
        return Failed(error.code, error.kind, text_of(error), text, _is_retriable(error))
    if isinstance(error, MemoryError):
        return Failed(OOMError.__name__, "user", text_of(error) or "the task ran out of memory", text)
    if isinstance(error, SystemExit):
        return Failed("SystemExit", "user", f"the task called sys.exit({error.code!r})", text)
    return Failed(type(error).__name__, "user", text_of(error), text)


def _is_retriable(error: BaseRuntimeError) -> bool:
    """Whether the task's retries apply. Some classes of errors say so of themselves."""
    return not isinstance(error, NonRecoverableError) and getattr(error, "recoverable", True) is not False
