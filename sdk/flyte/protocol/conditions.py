"""Conditions: what a run waits for until somebody outside of it says so, with a value."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, FiniteFloat, Strict, StringConstraints

from .model import ActionName, Model

ConditionName = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$")]
ConditionText = Annotated[str, StringConstraints(max_length=8_000)]
DataType = Literal["bool", "int", "float", "str"]
ConditionValue = (
    Annotated[bool, Strict()]
    | Annotated[int, Strict()]
    | Annotated[FiniteFloat, Strict()]
    | Annotated[str, StringConstraints(strict=True, max_length=50_000)]
)


class ConditionDetails(Model):
    """What is asked for. An action of the kind `condition` has it; its output `o0` is the answer."""

    name: ConditionName
    prompt: ConditionText = "Approve?"
    prompt_type: Literal["text", "markdown"] = "text"
    data_type: DataType = "bool"
    description: ConditionText = ""
    ends_at: datetime | None = None
    """When it ends as timed out, if nobody has answered; None for never."""
    signalled_by: str = ""


class ConditionRequest(Model):
    """A condition that a task makes. `name` is the action's, which is the same whenever the task makes it again."""

    name: ActionName
    condition: ConditionDetails
    timeout_s: Annotated[float, Field(gt=0, le=366 * 86_400)] | None = None


class SignalRequest(Model):
    """The answer, of the type that the condition asks for."""

    value: ConditionValue
