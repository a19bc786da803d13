"""The shape of triggers in the registry table. Those of an environment share a partition, so that one query has all."""

from __future__ import annotations

from datetime import datetime

from flyte.protocol.triggers import TriggerId, TriggerRecord, TriggerSpec
from functions.control.attributes import Item
from functions.control.clock import to_iso

LISTED = "trigger#"
"""What `listed_as` begins with in the index `by_scope`."""


def trigger_key(trigger: TriggerId) -> dict[str, str]:
    """The key of a trigger's item."""
    environment = trigger.task.partition(".")[0]
    return {"pk": environment_partition(trigger.scope, environment), "sk": f"{trigger.task}#{trigger.name}"}


def environment_partition(scope: str, environment: str) -> str:
    """The partition of all triggers of an environment's tasks."""
    return f"TRIGGERS#{scope}#{environment}"


def listed_as(trigger: TriggerId) -> str:
    """The sort key in `by_scope`: by task and name."""
    return f"{LISTED}{trigger.task}#{trigger.name}"


def to_item(record: TriggerRecord, anchored_at: datetime) -> Item:
    """A trigger's item.

    Args:
        record: The trigger.
        anchored_at: From when a fixed rate is counted if it names no start.
    """
    return {
        **trigger_key(record.id),
        "scope": record.id.scope,
        "listed_as": listed_as(record.id),
        "trigger_spec": record.spec.to_json(),
        "active": record.active,
        "declared": record.declared,
        "task_version": record.task_version,
        "created_at": to_iso(record.created_at),
        "updated_at": to_iso(record.updated_at),
        "created_by": record.created_by,
        "anchored_at": to_iso(anchored_at),
    }


def to_removed(trigger: TriggerId) -> Item:
    """What is left of a trigger until its schedule is deleted. No list has it."""
    return {**trigger_key(trigger), "removed": True}


def is_removed(item: Item) -> bool:
    """Whether only the deletion of its schedule is left to do."""
    return bool(item.get("removed"))


def id_of(scope: str, item: Item) -> TriggerId:
    """The trigger that an item is of."""
    project, domain = scope.split("/")
    task, _, name = str(item["sk"]).partition("#")
    return TriggerId(project=project, domain=domain, task=task, name=name)


def to_record(item: Item) -> TriggerRecord:
    """The trigger of an item."""
    return TriggerRecord(
        id=id_of(str(item["scope"]), item),
        spec=TriggerSpec.model_validate_json(item["trigger_spec"]),
        active=item["active"],
        declared=item["declared"],
        task_version=item.get("task_version"),
        created_at=item["created_at"],
        updated_at=item["updated_at"],
        created_by=item["created_by"],
    )


def anchor_of(item: Item) -> datetime:
    """From when a fixed rate is counted if it names no start."""
    return datetime.fromisoformat(item["anchored_at"])
