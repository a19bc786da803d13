"""One conditional write of an action, clause by clause. A phase is entered here and nowhere else."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from functions.control import lifecycle
from functions.control.action_items import is_root, key_of, scope_phase
from functions.control.attributes import to_attribute, to_attributes
from functions.control.clock import to_iso

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, UpdateItemInputTypeDef


class ActionUpdate:
    """Builds an UpdateItem on condition that the action exists.

    Args:
        action: Whose item is written.
        now: The moment that becomes `updated_at`.
    """

    def __init__(self, action: ActionId, now: datetime) -> None:
        self.action = action
        self._now = to_iso(now)
        self._names: dict[str, str] = {}
        self._values: dict[str, AttributeValueTypeDef] = {}
        self._sets: list[str] = []
        self._removes: list[str] = []
        self._conditions = [f"attribute_exists({self._name('pk')})"]
        self.put("updated_at", self._now)

    def put(self, name: str, value: Any) -> Self:
        """Sets the attribute; None leaves it as it is."""
        if value is not None:
            self._sets.append(f"{self._name(name)} = {self._value(value)}")
        return self

    def put_once(self, name: str, value: Any) -> Self:
        """Sets the attribute unless it has a value."""
        self._sets.append(f"{self._name(name)} = if_not_exists({self._name(name)}, {self._value(value)})")
        return self

    def put_at(self, name: str, index: int, value: Any) -> Self:
        """Replaces one element of a list that is there."""
        self._sets.append(f"{self._name(name)}[{index}] = {self._value(value)}")
        return self

    def append(self, name: str, value: Any) -> Self:
        """Adds an element at the end of a list that is there."""
        self._sets.append(f"{self._name(name)} = list_append({self._name(name)}, {self._value([value])})")
        return self

    def remove(self, *names: str) -> Self:
        """Removes attributes."""
        self._removes.extend(self._name(name) for name in names)
        return self

    def require(self, name: str, value: Any) -> Self:
        """Writes only if the attribute has this value, or, for None, if it is absent."""
        if value is None:
            self._conditions.append(f"attribute_not_exists({self._name(name)})")
        else:
            self._conditions.append(f"{self._name(name)} = {self._value(value)}")
        return self

    def require_open(self) -> Self:
        """Writes only if the action has not ended."""
        return self._require_phase(tuple(phase for phase in ActionPhase if not phase.is_terminal))

    def enter(self, phase: ActionPhase) -> Self:
        """Enters a phase, on condition that the lifecycle allows it from the phase that is recorded."""
        self._require_phase(lifecycle.sources(phase))
        self.put("phase", phase.value).append("transitions", {"phase": phase.value, "at": self._now})
        if is_root(self.action):
            self.put("scope_phase", scope_phase(self.action.scope, phase))
        if phase.is_terminal:
            self.put("ended_at", self._now).remove("open_shard")
        return self

    def to_request(self, table: str) -> UpdateItemInputTypeDef:
        """The arguments of `update_item`. The answer, and a refusal, carry the whole item: no read is needed."""
        removes = f" REMOVE {', '.join(self._removes)}" if self._removes else ""
        return {
            "TableName": table,
            "Key": to_attributes(key_of(self.action)),
            "UpdateExpression": f"SET {', '.join(self._sets)}{removes}",
            "ConditionExpression": " AND ".join(self._conditions),
            "ExpressionAttributeNames": self._names,
            "ExpressionAttributeValues": self._values,
            "ReturnValues": "ALL_NEW",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }

    def _require_phase(self, phases: tuple[ActionPhase, ...]) -> Self:
        values = ", ".join(self._value(phase.value) for phase in phases)
        self._conditions.append(f"{self._name('phase')} IN ({values})")
        return self

    def _name(self, name: str) -> str:
        self._names[f"#{name}"] = name
        return f"#{name}"

    def _value(self, value: Any) -> str:
        placeholder = f":v{len(self._values)}"
        self._values[placeholder] = to_attribute(value)
        return placeholder
