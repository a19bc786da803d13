"""What actions took of AWS, as their records tell it; and, for each run, the sum of what is below its first action.

An action's own usage follows from its record. The sum is a small item beside the runs, to which each child adds itself
when it has ended: one write unit, and a list of runs reads the sums of a page at once. An addition whose answer got
lost may be made twice, and one that failed is missing: the exact sum is that of the run's actions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flyte.protocol.costs import Usage
from flyte.protocol.identity import RunId
from flyte.protocol.runs import ActionRecord
from functions.control.action_items import is_root
from functions.control.attributes import from_attributes, to_attributes

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings

TRANSITIONS, TRANSITIONS_AGAIN = 3, 4
"""Of an action that is invoked once; and for each time that it is tried again or resumed."""

ROOT_WRITE_UNITS, CHILD_WRITE_UNITS, WRITE_UNITS_AGAIN, WRITE_UNITS_KEPT = 48, 17, 12, 3
"""Likewise, with records of 3 KB and the indexes that they are in; and of one that did not run. docs/cost.md counts."""

_KEYS_PER_READ = 100
"""Source: DynamoDB API reference, BatchGetItem."""
_SUM = "below"


def usage_of(record: ActionRecord) -> Usage:
    """What an action took by itself, in invocations that have ended."""
    if record.kind != "task" or record.cache_hit or record.recovered_from is not None:
        return Usage(write_units=WRITE_UNITS_KEPT)
    invocations = sum(1 + attempt.suspensions for attempt in record.attempts)
    again = max(0, invocations - 1)
    billed_ms = sum(attempt.active_ms for attempt in record.attempts)
    return Usage(
        actions=1,
        invocations=invocations,
        billed_ms=billed_ms,
        memory_mb_ms=billed_ms * record.memory_mb,
        transitions=TRANSITIONS + TRANSITIONS_AGAIN * again,
        write_units=(ROOT_WRITE_UNITS if is_root(record.id) else CHILD_WRITE_UNITS) + WRITE_UNITS_AGAIN * again,
    )


class UsageBelow:
    """The sums of runs."""

    def __init__(self, settings: Settings, clients: Clients) -> None:
        self._table = settings.runs_table
        self._clients = clients

    def add(self, child: ActionRecord, expires_at: int) -> None:
        """Adds a child that has ended to the sum of its run, which expires when the run does."""
        usage = usage_of(child).model_dump()
        names = {f"#{name}": name for name in usage}
        self._clients.dynamodb.update_item(
            TableName=self._table,
            Key=to_attributes(_key(child.id)),
            UpdateExpression=f"SET expires_at = :expires_at ADD {', '.join(f'#{name} :{name}' for name in usage)}",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=to_attributes(
                {":expires_at": expires_at, **{f":{name}": value for name, value in usage.items()}}
            ),
        )

    def of(self, runs: Iterable[RunId]) -> dict[str, Usage]:
        """The sums of runs by their keys; those that have none, because nothing below has ended, are left out."""
        keys = [to_attributes(_key(run)) for run in {run.key: run for run in runs}.values()]
        found: dict[str, Usage] = {}
        while keys:
            part, keys = keys[:_KEYS_PER_READ], keys[_KEYS_PER_READ:]
            answer = self._clients.dynamodb.batch_get_item(RequestItems={self._table: {"Keys": part}})
            for item in map(from_attributes, answer["Responses"].get(self._table, [])):
                fields = {name: item[name] for name in Usage.model_fields if name in item}
                found[item["pk"].partition("#")[2]] = Usage(**fields)
            left = answer["UnprocessedKeys"].get(self._table)
            keys += [{"pk": key["pk"], "sk": key["sk"]} for key in left["Keys"]] if left else []
        return found


def _key(run: RunId) -> dict[str, str]:
    return {"pk": f"usage#{run.key}", "sk": _SUM}
