"""A call of a task by a task: its inputs as JSON and its name, settled when the call is made. Alike in all modes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flyte import _context
from flyte.errors import InlineIOMaxBytesBreached, rebuild
from flyte.types import ValueMismatch

from .naming import action_name, call_key, canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte._context import TaskContext
    from flyte._task import TaskTemplate
    from flyte.errors import BaseRuntimeError, ErrorKind

Json = Any


@dataclass(frozen=True, slots=True)
class ChildCall:
    """What is called, by whom, with what. Calls that are equal are told apart by how many came before."""

    parent: TaskContext
    task: TaskTemplate[..., Any]
    inputs: dict[str, Json]
    name: str

    @classmethod
    def made(cls, task: TaskTemplate[..., Any], values: Mapping[str, Any]) -> ChildCall:
        """The call that the running task makes now.

        Raises:
            TypeError: A value does not fit the task's annotation.
            InlineIOMaxBytesBreached: The inputs exceed the task's `max_inline_io_bytes`.
        """
        parent = running_task()
        try:
            inputs = task.interface.encode_inputs(values)
        except ValueMismatch as error:
            raise TypeError(f"{task.name}: {error}") from None
        text = canonical(inputs)
        check_size(task, "inputs", text)
        return cls(parent, task, inputs, child_name(parent, task.name, text))


def child_name(parent: TaskContext, task_name: str, inputs: str) -> str:
    """The name of the action that this call starts, or has started in an earlier attempt.

    Args:
        parent: Who calls, in which group.
        task_name: What is called; of a deployed task with its version.
        inputs: Its inputs as canonical JSON.
    """
    inputs = parent.state.written.by_content(inputs)
    key = call_key(task_name, inputs, parent.group_data.name if parent.group_data else None)
    return action_name(parent.action.name, key, parent.state.call_number(key))


def running_task() -> TaskContext:
    """The context of the task that runs: only such a one has a controller to call."""
    context = _context.current()
    assert context is not None, "a controller is called by a running task"  # noqa: S101 - an invariant
    return context


def check_size(task: TaskTemplate[..., Any], what: str, text: str) -> None:
    """Refuses inputs or outputs that exceed the task's `max_inline_io_bytes`.

    Raises:
        InlineIOMaxBytesBreached: They do.
    """
    limit = task.max_inline_io_bytes
    if len(text) * 4 > limit and (size := len(text.encode("utf-8", "surrogatepass"))) > limit:
        raise InlineIOMaxBytesBreached(
            f"{task.name}: its {what} have {size:,} bytes, and max_inline_io_bytes is {limit:,}: "
            "pass large data as flyte.io.File, Dir or DataFrame, or raise the limit"
        )


def raised(code: str, kind: ErrorKind, message: str, traceback: str = "") -> BaseRuntimeError:
    """The exception that a child's failure is in its parent, with the child's frames as a note."""
    error = rebuild(code, kind, message)
    if traceback:
        error.add_note(f"in the task:\n{traceback}")
    return error
