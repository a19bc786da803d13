"""Conditions of a run: what its tasks wait for that somebody says. Each is an action, and ends with the answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flyte._condition import DATA_TYPES
from flyte._expect import expect
from flyte._syncify import syncify
from flyte.errors import ConditionNotFoundError

from ._action import list_actions
from ._http import get_client
from ._records import action_path

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from flyte.protocol.conditions import ConditionDetails
    from flyte.protocol.runs import ActionRecord

_TYPE_OF = {data_type.__name__: data_type for data_type in DATA_TYPES}


class Condition:
    """A condition as it was when it was last read.

    Args:
        record: Of an action of the kind `condition`.
    """

    def __init__(self, record: ActionRecord) -> None:
        if record.condition is None:
            raise ConditionNotFoundError(
                f"the action {record.id.action} of {record.id.run} is a {record.kind}, not a condition; "
                f"`flyte get condition {record.id.run}` lists those that there are"
            )
        self._record = record
        self._details = record.condition

    @syncify
    @classmethod
    async def get(cls, name: str, /, run_name: str, action_name: str | None = None) -> Condition | None:
        """The first condition of that name in the run, or None. One that is open goes before one that has ended.

        Args:
            name: The condition's name, or that of its own action.
            run_name: The run.
            action_name: The action whose task made it; None for any.
        """
        found: Condition | None = None
        async for each in cls.listall.aio(run_name, action_name):
            if name in {each.name, each.action_name}:
                if not each.record.phase.is_terminal:
                    return each
                found = found or each
        return found

    @syncify
    @classmethod
    async def listall(cls, run_name: str, action_name: str | None = None, limit: int = 100) -> AsyncIterator[Condition]:
        """The conditions of a run in the order of their creation.

        Args:
            run_name: The run.
            action_name: The action whose task made them; None for any.
            limit: At most so many.
        """
        left = limit
        async for record in list_actions(run_name, {"kind": "condition", "parent": action_name}):
            if left <= 0:
                return
            if record.condition is not None and action_name in {None, record.parent}:
                left -= 1
                yield cls(record)

    @syncify
    async def signal(self, payload: bool | float | str) -> None:  # noqa: FBT001 - Flyte's signature
        """Answers: the task that waits goes on with this value.

        Raises:
            TypeError: The answer is of another type than the condition asks for.
            RuntimeUserError: `ConditionAlreadyEnded`: it has been signalled, has timed out, or its task has ended.
        """
        from flyte.protocol.conditions import SignalRequest
        from flyte.protocol.runs import ActionRecord

        expect(
            "payload",
            payload,
            *((int, float) if self.expected_type is float else (self.expected_type,)),
            optional=False,
        )
        path = action_path(self._record.id, "signal")
        self._record = await get_client().post(path, SignalRequest(value=payload), ActionRecord)
        self._details = self._record.condition or self._details

    @property
    def record(self) -> ActionRecord:
        """The action's record."""
        return self._record

    @property
    def details(self) -> ConditionDetails:
        """What is asked for."""
        return self._details

    @property
    def name(self) -> str:
        """The name that the task gave it."""
        return self._details.name

    @property
    def action_name(self) -> str:
        """The name of its own action."""
        return self._record.id.action

    @property
    def parent_name(self) -> str | None:
        """The action whose task made it."""
        return self._record.parent

    @property
    def run_name(self) -> str:
        """The run."""
        return self._record.id.run

    @property
    def phase(self) -> str:
        """`ACTION_PHASE_PAUSED` until it ends, as Flyte writes it; `record.phase` is the member of `ActionPhase`."""
        return f"ACTION_PHASE_{self._record.phase.name}"

    @property
    def expected_type(self) -> type:
        """The type of the answer: bool, int, float or str."""
        return _TYPE_OF[self._details.data_type]

    def to_dict(self) -> dict[str, Any]:
        """A dict of JSON values."""
        return self._record.to_dict()

    def to_json(self) -> str:
        """JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def __repr__(self) -> str:
        return f"Condition(name={self.name!r}, run_name={self.run_name!r}, phase={self.record.phase.value!r})"
