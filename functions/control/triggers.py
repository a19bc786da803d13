"""Triggers in the registry table, each with its schedule. The item is what counts: a schedule follows it.

Every change writes the item first. A change that was cut off before its schedule followed is mended by repeating it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from flyte.protocol.triggers import PutTriggerRequest, TriggerId, TriggerPage, TriggerRecord
from functions.control import cursors
from functions.control.attributes import Item, error_code, from_attributes, to_attribute, to_attributes
from functions.control.clock import Clock, to_iso, utc_now
from functions.control.errors import TriggerDeclaredError, TriggerNotFoundError, did_you_mean
from functions.control.registry import Registry
from functions.control.triggers_checks import check_trigger
from functions.control.triggers_items import (
    LISTED,
    anchor_of,
    environment_partition,
    id_of,
    is_removed,
    listed_as,
    to_item,
    to_record,
    trigger_key,
)
from functions.control.triggers_scheduler import Schedules

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

    from functions.control.clients import Clients
    from functions.control.settings import Settings

_TRIES = 5
"""Each further one means that somebody has changed the trigger meanwhile."""

_NEAR_NAMES_AMONG = 200
_PAGE = 1000


class Triggers:
    """Single triggers: made, switched and deleted by name."""

    def __init__(
        self, settings: Settings, clients: Clients, registry: Registry, schedules: Schedules, now: Clock = utc_now
    ) -> None:
        self._table = settings.registry_table
        self._is_emulated = settings.is_emulated
        self._clients = clients
        self._registry = registry
        self._schedules = schedules
        self._now = now

    def get(self, trigger: TriggerId) -> TriggerRecord:
        """One trigger.

        Raises:
            TriggerNotFoundError: There is none of that name. The message names near ones.
        """
        record = self.find(trigger)
        if record is None:
            raise self._unknown(trigger)
        return record

    def find(self, trigger: TriggerId) -> TriggerRecord | None:
        """One trigger, or None."""
        return _record_of(self._read(trigger))

    def list_all(self, scope: str, limit: int, cursor: str | None, task: str | None = None) -> TriggerPage:
        """Triggers of a project and domain, or of one task, by task and name."""
        position = cursors.decode(cursor, task=str, name=str)
        request = self._listing(scope, f"{LISTED}{task}#" if task else LISTED)
        request["Limit"] = limit
        if position:
            project, domain = scope.split("/")
            at = TriggerId(project=project, domain=domain, task=str(position["task"]), name=str(position["name"]))
            start = {**trigger_key(at), "scope": scope, "listed_as": listed_as(at)}
            request["ExclusiveStartKey"] = to_attributes(start)
        answer = self._clients.dynamodb.query(**request)
        found = tuple(to_record(from_attributes(item)) for item in answer["Items"])
        last = found[-1].id if found and "LastEvaluatedKey" in answer else None
        return TriggerPage(
            triggers=found, cursor=cursors.encode({"task": last.task, "name": last.name}) if last else None
        )

    def put(self, trigger: TriggerId, asked: PutTriggerRequest, made_by: str) -> TriggerRecord:
        """Makes a trigger by hand, or changes one that was made so. Repeating it changes nothing.

        Raises:
            TaskNotFoundError: No such task or version.
            InvalidRequestError: The task could not run with it, or Scheduler cannot express it.
            TriggerDeclaredError: It is declared in the task's code.
        """
        task = self._registry.get(trigger.scope, trigger.task, asked.task_version).spec
        check_trigger(task, asked.spec, is_emulated=self._is_emulated)
        now, existing = self._now(), self._read(trigger)
        before = _record_of(existing)
        record = TriggerRecord(
            id=trigger,
            spec=asked.spec,
            active=asked.spec.auto_activate,
            declared=False,
            task_version=asked.task_version,
            created_at=before.created_at if before else now,
            updated_at=now,
            created_by=made_by,
        )
        keeps_rhythm = before is not None and before.spec.schedule == asked.spec.schedule
        item = to_item(record, anchor_of(existing) if existing and keeps_rhythm else now)
        condition = "attribute_not_exists(pk) OR declared = :no OR removed = :yes"
        try:
            self._clients.dynamodb.put_item(
                TableName=self._table,
                Item=to_attributes(item),
                ConditionExpression=condition,
                ExpressionAttributeValues=to_attributes({":no": False, ":yes": True}),
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            raise TriggerDeclaredError(
                f"The trigger {trigger.name!r} is declared in the code of {trigger.task}. Change it there and deploy, "
                "or choose another name."
            ) from error
        self.apply(trigger)
        return record

    def activate(self, trigger: TriggerId, *, active: bool) -> TriggerRecord:
        """Switches a trigger on or off.

        Raises:
            TriggerNotFoundError: There is none of that name. The message names near ones.
        """
        try:
            answer = self._clients.dynamodb.update_item(
                TableName=self._table,
                Key=to_attributes(trigger_key(trigger)),
                UpdateExpression="SET active = :active, updated_at = :now",
                ConditionExpression="attribute_exists(trigger_spec)",
                ExpressionAttributeValues=to_attributes({":active": active, ":now": to_iso(self._now())}),
                ReturnValues="ALL_NEW",
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            raise self._unknown(trigger) from error
        self.apply(trigger)
        return to_record(from_attributes(answer["Attributes"]))

    def delete(self, trigger: TriggerId) -> TriggerRecord:
        """Deletes a trigger. One that is declared in code comes back when its task is deployed again.

        Raises:
            TriggerNotFoundError: There is none of that name. The message names near ones.
        """
        answer = self._clients.dynamodb.delete_item(
            TableName=self._table, Key=to_attributes(trigger_key(trigger)), ReturnValues="ALL_OLD"
        )
        self.apply(trigger)
        record = _record_of(from_attributes(answer["Attributes"]) if "Attributes" in answer else None)
        if record is None:
            raise self._unknown(trigger)
        return record

    def apply(self, trigger: TriggerId) -> None:
        """Lets the schedule follow the item. Of several at once, the one with the newest item has the last word."""
        overwrote = False
        for _ in range(_TRIES):
            item = self._read(trigger)
            record = _record_of(item)
            if item is None or record is None or record.spec.schedule is None:
                self._schedules.delete(trigger)
                if self._is_settled(trigger, item):
                    return
                continue
            wanted = self._schedules.digest(record, anchor_of(item))
            if item.get("applied") == wanted and not overwrote:
                return
            self._schedules.put(record, anchor_of(item), self._now())
            if self._mark(item, wanted):
                return
            overwrote = True

    def of_environment(self, scope: str, environment: str) -> list[Item]:
        """The items of all triggers of an environment's tasks, as of now. What removing some left undone is done."""
        pages = self._clients.dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_attributes({":pk": environment_partition(scope, environment)}),
            ConsistentRead=True,
        )
        items = [from_attributes(item) for page in pages for item in page["Items"]]
        for item in filter(is_removed, items):
            self.apply(id_of(scope, item))
        return [item for item in items if not is_removed(item)]

    def pinned_versions(self, scope: str) -> set[str]:
        """Versions that triggers made by hand run, whatever is the latest."""
        pinned: set[str] = set()
        cursor = None
        while True:
            page = self.list_all(scope, _PAGE, cursor)
            pinned |= {trigger.task_version for trigger in page.triggers if trigger.task_version is not None}
            cursor = page.cursor
            if cursor is None:
                return pinned

    def _listing(self, scope: str, prefix: str) -> QueryInputTypeDef:
        return {
            "TableName": self._table,
            "IndexName": "by_scope",
            "KeyConditionExpression": "#scope = :scope AND begins_with(listed_as, :prefix)",
            "ExpressionAttributeNames": {"#scope": "scope"},
            "ExpressionAttributeValues": to_attributes({":scope": scope, ":prefix": prefix}),
        }

    def _is_settled(self, trigger: TriggerId, item: Item | None) -> bool:
        """Whether the item is still the one without a schedule. Of a removed trigger nothing remains then."""
        if item is None or not is_removed(item):
            return self._read(trigger) == item
        try:
            self._clients.dynamodb.delete_item(
                TableName=self._table,
                Key=to_attributes(trigger_key(trigger)),
                ConditionExpression="attribute_not_exists(pk) OR removed = :yes",
                ExpressionAttributeValues=to_attributes({":yes": True}),
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def _mark(self, item: Item, applied: str) -> bool:
        """Notes what the schedule is, if it is still what it should be."""
        try:
            self._clients.dynamodb.update_item(
                TableName=self._table,
                Key=to_attributes({"pk": item["pk"], "sk": item["sk"]}),
                UpdateExpression="SET applied = :applied",
                ConditionExpression="updated_at = :seen AND trigger_spec = :spec",
                ExpressionAttributeValues={
                    ":applied": to_attribute(applied),
                    ":seen": to_attribute(item["updated_at"]),
                    ":spec": to_attribute(item["trigger_spec"]),
                },
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def _read(self, trigger: TriggerId) -> Item | None:
        key = to_attributes(trigger_key(trigger))
        answer = self._clients.dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return from_attributes(answer["Item"]) if "Item" in answer else None

    def _unknown(self, trigger: TriggerId) -> TriggerNotFoundError:
        known = [each.id for each in self.list_all(trigger.scope, _NEAR_NAMES_AMONG, None).triggers]
        of_task = [each.name for each in known if each.task == trigger.task]
        near = did_you_mean(trigger.name, of_task)
        if not near and trigger.name in (elsewhere := {each.name: each.task for each in known}):
            near = f" {elsewhere[trigger.name]} has one."
        return TriggerNotFoundError(
            f"The task {trigger.task!r} has no trigger {trigger.name!r} in {trigger.scope}.{near} "
            "List them with: flyte get trigger"
        )


def _record_of(item: Item | None) -> TriggerRecord | None:
    return None if item is None or is_removed(item) else to_record(item)
