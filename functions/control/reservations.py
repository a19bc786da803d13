"""Who makes a cached result at a time, where equal calls are to wait for it (`flyte.Cache(serialize=True)`).

One item a result, beside it: the action that makes it, and those that wait. It goes with that action's end, which wakes
who waits. As always a wake-up is a hint: who was not woken looks again, and takes over from an action that has ended.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from flyte.protocol.identity import ActionId
from functions.control.action_items import key_of, phase_of
from functions.control.attributes import Item, found_by_condition, from_attributes, to_attributes
from functions.control.clock import Clock, utc_now
from functions.control.writes import update_if

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings

RESERVES = "reserves"
"""Of an action's item: the key of the result that it has reserved."""


class Reservations:
    """Reserves results by key."""

    def __init__(self, settings: Settings, clients: Clients, now: Clock = utc_now) -> None:
        self._table = settings.runs_table
        self._retention = timedelta(days=settings.run_retention_days)
        self._clients = clients
        self._now = now

    def take(self, action: ActionId, key: str) -> bool:
        """Whether the action is the one that makes the result. If not, it is woken when that one has ended."""
        while True:
            there = self._put(action, key)
            if there is None:
                update_if(
                    self._clients.dynamodb,
                    self._table,
                    key_of(action),
                    f"SET {RESERVES} = :key",
                    "attribute_exists(pk)",
                    {":key": key},
                )
                return True
            if self._has_ended(there):
                self._delete(action.scope, key, there["made_by"])
            elif self._wait(action, key, there["made_by"]):
                return False

    def is_taken(self, scope: str, key: str) -> bool:
        """Whether anybody makes the result."""
        answer = self._clients.dynamodb.get_item(
            TableName=self._table, Key=to_attributes(_key(scope, key)), ConsistentRead=True
        )
        return "Item" in answer

    def release(self, action: ActionId, key: str, wake: Callable[[ActionId], None]) -> None:
        """The action has ended, or makes no result: whoever waits may look again."""
        item = self._delete(action.scope, key, _text(action))
        for waiter in sorted(item.get("waiters", ())) if item else ():
            wake(_action(waiter))

    def _put(self, action: ActionId, key: str) -> Item | None:
        """None if it is this action's now, else the item that is there."""
        values = {
            **_key(action.scope, key),
            "made_by": _text(action),
            "expires_at": int((self._now() + self._retention).timestamp()),
        }
        try:
            self._clients.dynamodb.put_item(
                TableName=self._table,
                Item=to_attributes(values),
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            item = found_by_condition(error)
            return None if item is None or item["made_by"] == _text(action) else item
        return None

    def _has_ended(self, item: Item) -> bool:
        answer = self._clients.dynamodb.get_item(
            TableName=self._table, Key=to_attributes(key_of(_action(item["made_by"]))), ConsistentRead=True
        )
        return "Item" not in answer or phase_of(from_attributes(answer["Item"])).is_terminal

    def _wait(self, action: ActionId, key: str, maker: str) -> bool:
        """Notes that the action waits; False if there is nobody any more to wait for."""
        values = {":waiter": {_text(action)}, ":maker": maker}
        found = update_if(
            self._clients.dynamodb,
            self._table,
            _key(action.scope, key),
            "ADD waiters :waiter",
            "made_by = :maker",
            values,
        )
        return found is not None

    def _delete(self, scope: str, key: str, maker: str) -> Item | None:
        """The item that was the maker's, and is no more."""
        try:
            answer = self._clients.dynamodb.delete_item(
                TableName=self._table,
                Key=to_attributes(_key(scope, key)),
                ConditionExpression="made_by = :maker",
                ExpressionAttributeValues=to_attributes({":maker": maker}),
                ReturnValues="ALL_OLD",
            )
        except ClientError as error:
            found_by_condition(error)
            return None
        return from_attributes(answer["Attributes"])


def _key(scope: str, key: str) -> dict[str, str]:
    return {"pk": f"RESULTS#{scope}", "sk": f"{key}#reserved"}


def _text(action: ActionId) -> str:
    return f"{action.key}/{action.action}"


def _action(text: str) -> ActionId:
    key, _, name = text.rpartition("/")
    return ActionId.from_key(key, name)
