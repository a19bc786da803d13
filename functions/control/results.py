"""Cached results: what a task gave for equal inputs, shared by all runs of a project and domain.

One item a result in the table of runs, under a partition of its own; large outputs lie in the bucket, with the data of
the action that made them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flyte.protocol.identity import ActionId
from functions.control.attributes import from_attributes, to_attributes
from functions.control.clock import Clock, utc_now
from functions.control.payloads import Payloads

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings


@dataclass(frozen=True, slots=True)
class CachedResult:
    """Outputs as JSON text, and when they were kept."""

    outputs: str
    stored_at: datetime


class Results:
    """Finds and keeps results by key."""

    def __init__(self, settings: Settings, clients: Clients, payloads: Payloads, now: Clock = utc_now) -> None:
        self._table = settings.runs_table
        self._retention = timedelta(days=settings.run_retention_days)
        self._clients = clients
        self._payloads = payloads
        self._now = now

    def find(self, scope: str, key: str, *, is_latest: bool = False) -> CachedResult | None:
        """The result that was kept under the key in `project/domain`, if its outputs can still be read.

        Args:
            scope: The project and domain.
            key: The key.
            is_latest: See also what was kept just now, for twice the price.
        """
        answer = self._clients.dynamodb.get_item(
            TableName=self._table, Key=to_attributes(_key(scope, key)), ConsistentRead=is_latest
        )
        if "Item" not in answer:
            return None
        item = from_attributes(answer["Item"])
        outputs = self._payloads.outputs(item, may_be_gone=True)
        return None if outputs is None else CachedResult(outputs, datetime.fromisoformat(item["stored_at"]))

    def fresh(self, scope: str, key: str, max_age_s: float | None, *, is_latest: bool = False) -> str | None:
        """The outputs of a result as JSON text, if it is not older than so many seconds."""
        found = self.find(scope, key, is_latest=is_latest)
        if found is None or (max_age_s is not None and (self._now() - found.stored_at).total_seconds() > max_age_s):
            return None
        return found.outputs

    def keep(self, action: ActionId, key: str, outputs: str) -> None:
        """Keeps outputs under the key, in place of what was there."""
        stored = self._payloads.store(outputs, f"{action.s3_prefix}/results/{key}.json")
        now = self._now()
        values = {
            ":outputs": stored.text,
            ":uri": stored.uri,
            ":stored_at": now.isoformat(),
            ":expires_at": int((now + self._retention).timestamp()),
        }
        kept, dropped = (
            ("outputs = :outputs", "outputs_uri") if stored.uri is None else ("outputs_uri = :uri", "outputs")
        )
        self._clients.dynamodb.update_item(
            TableName=self._table,
            Key=to_attributes(_key(action.scope, key)),
            UpdateExpression=f"SET {kept}, stored_at = :stored_at, expires_at = :expires_at REMOVE {dropped}",
            ExpressionAttributeValues=to_attributes(values),
        )


def _key(scope: str, key: str) -> dict[str, str]:
    return {"pk": f"RESULTS#{scope}", "sk": key}
