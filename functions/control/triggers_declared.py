"""Triggers that tasks declare. They are part of a version: what makes it a task's latest makes them the task's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from flyte.protocol.tasks import EnvironmentSpec, TaskSpec
from flyte.protocol.triggers import TriggerChange, TriggerId, TriggerRecord, TriggerSpec
from functions.control.attributes import Item, to_attributes
from functions.control.clock import Clock, utc_now
from functions.control.errors import InvalidRequestError
from functions.control.registry_items import LATEST_ITEM, task_key
from functions.control.transactions import put, transact
from functions.control.triggers import Triggers
from functions.control.triggers_checks import check_trigger
from functions.control.triggers_items import anchor_of, to_item, to_record, to_removed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from functions.control.clients import Clients
    from functions.control.settings import Settings

Change = Literal["new", "changed", "unchanged", "removed"]


class DeclaredTriggers:
    """Lets the triggers of tasks follow their latest versions."""

    def __init__(self, settings: Settings, clients: Clients, triggers: Triggers, now: Clock = utc_now) -> None:
        self._table = settings.registry_table
        self._is_emulated = settings.is_emulated
        self._clients = clients
        self._triggers = triggers
        self._now = now

    def check(self, environments: Iterable[EnvironmentSpec]) -> None:
        """Refuses triggers that could not run their task, before anything is registered.

        Raises:
            InvalidRequestError: The message names trigger and task.
        """
        for task in (task for environment in environments for task in environment.tasks):
            names = [trigger.name for trigger in task.triggers]
            if len(set(names)) != len(names):
                raise InvalidRequestError(f"{task.name} has two triggers of one name: {', '.join(sorted(names))}.")
            for trigger in task.triggers:
                check_trigger(task, trigger, is_emulated=self._is_emulated)

    def follow_environment(self, scope: str, environment: EnvironmentSpec, by: str) -> tuple[TriggerChange, ...]:
        """Makes a version's triggers those of its tasks, as far as it is their latest.

        Tasks that the environment had before and has no more lose theirs.
        """
        existing = self._triggers.of_environment(scope, environment.name)
        tasks = {task.name: task for task in environment.tasks}
        changes: list[TriggerChange] = []
        for name in _concerned(environment.tasks, existing):
            task = tasks.get(name)
            witness = name if task else next(iter(tasks), None)
            latest = _require_latest(self._table, scope, witness, environment.version) if witness else None
            changes += self._follow(scope, name, task.triggers if task else (), existing, by, latest)
        return tuple(changes)

    def follow_tasks(self, scope: str, tasks: Sequence[TaskSpec], by: str) -> tuple[TriggerChange, ...]:
        """Makes the triggers of these versions those of their tasks. Other tasks keep theirs."""
        changes: list[TriggerChange] = []
        for environment in dict.fromkeys(task.environment for task in tasks):
            existing = self._triggers.of_environment(scope, environment)
            for task in (task for task in tasks if task.environment == environment):
                latest = _require_latest(self._table, scope, task.name, task.version)
                changes += self._follow(scope, task.name, task.triggers, existing, by, latest)
        return tuple(changes)

    def _follow(
        self,
        scope: str,
        task: str,
        wanted: tuple[TriggerSpec, ...],
        existing: list[Item],
        by: str,
        latest: TransactWriteItemTypeDef | None,
    ) -> list[TriggerChange]:
        """Changes one task's triggers together, on condition that the version is still the latest."""
        project, domain = scope.split("/")
        before = {record.id.name: (record, item) for item in existing if (record := to_record(item)).id.task == task}
        records: list[tuple[TriggerRecord, Change]] = []
        writes: list[TransactWriteItemTypeDef] = []
        for spec in wanted:
            trigger = TriggerId(project=project, domain=domain, task=task, name=spec.name)
            old, item = before.pop(spec.name, (None, None))
            record = self._declared(trigger, spec, old, by)
            change = _compared(old, record)
            if change != "unchanged":
                keeps_rhythm = old is not None and old.spec.schedule == spec.schedule
                writes.append(
                    put(self._table, to_item(record, anchor_of(item) if item and keeps_rhythm else record.updated_at))
                )
            records.append((record, change))
        for old, _ in before.values():
            if old.declared:
                writes.append(put(self._table, to_removed(old.id)))
                records.append((old.model_copy(update={"active": False}), "removed"))
        if writes and transact(self._clients.dynamodb, [*([latest] if latest else []), *writes]) is not None:
            return []  # another version became the latest meanwhile, and brings its own
        for record, _ in records:
            self._triggers.apply(record.id)
        return [_told(record, change) for record, change in records]

    def _declared(self, trigger: TriggerId, spec: TriggerSpec, old: TriggerRecord | None, by: str) -> TriggerRecord:
        """What the code says; but what somebody switched stays so until the code says otherwise."""
        now = self._now()
        is_kept = old is not None and old.declared and old.spec.auto_activate == spec.auto_activate
        return TriggerRecord(
            id=trigger,
            spec=spec,
            active=old.active if old and is_kept else spec.auto_activate,
            declared=True,
            created_at=old.created_at if old else now,
            updated_at=now,
            created_by=by,
        )


def _concerned(tasks: Collection[TaskSpec], existing: Iterable[Item]) -> list[str]:
    """Names of tasks that have declared triggers, now or before."""
    before = {str(item["sk"]).partition("#")[0] for item in existing if item["declared"]}
    return sorted(before | {task.name for task in tasks if task.triggers})


def _compared(old: TriggerRecord | None, new: TriggerRecord) -> Change:
    if old is None:
        return "new"
    same = old.declared and old.spec == new.spec and old.active == new.active
    return "unchanged" if same else "changed"


def _told(record: TriggerRecord, change: Change) -> TriggerChange:
    schedule = "" if record.spec.schedule is None else str(record.spec.schedule)
    return TriggerChange(
        task=record.id.task, name=record.id.name, change=change, active=record.active, schedule=schedule
    )


def _require_latest(table: str, scope: str, task: str, version: str) -> TransactWriteItemTypeDef:
    """Holds as long as runs of a task that name no version use this one."""
    return {
        "ConditionCheck": {
            "TableName": table,
            "Key": to_attributes({"pk": task_key(scope, task), "sk": LATEST_ITEM}),
            "ConditionExpression": "version = :version",
            "ExpressionAttributeValues": to_attributes({":version": version}),
        }
    }
