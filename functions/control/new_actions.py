"""An action that is about to be recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flyte.protocol.runs import ActionRecord
from functions.control.action_items import item_of, open_shard
from functions.control.clock import to_iso
from functions.control.payloads import StoredPayload


@dataclass(frozen=True, slots=True)
class NewAction:
    """An action to be recorded as queued."""

    record: ActionRecord
    spec_json: str
    inputs: StoredPayload
    function_arn: str
    request_token: str
    code_key: str | None = None
    dependencies_key: str | None = None
    overwrite_cache: bool = False
    disable_run_cache: bool = False
    client_version: str = ""
    cache_key: str | None = None
    """Where the result is kept: by its caller's word, which is empty for nowhere; None lets the task itself say."""
    run_started_at: datetime | None = None
    """When the run was created; None for the run's first action, which is as old."""
    notifications: str | None = None
    """Who hears of its end, as `control.notifications` keeps it; only of a run's first action."""
    outputs: StoredPayload | None = None
    """Of an action that need not run, because a result was kept of an equal one."""

    def to_item(self, retention: timedelta) -> dict[str, Any]:
        """Its attributes, but for those that the first action of a run has besides; None where there is none."""
        record = self.record
        return {
            **item_of(record, retention),
            "attempts": [],
            "attempt": 0,
            "spec": self.spec_json,
            "inputs": self.inputs.text,
            "inputs_uri": self.inputs.uri,
            "function_arn": self.function_arn,
            "request_token": self.request_token,
            "code_key": self.code_key,
            "dependencies_key": self.dependencies_key,
            "overwrite_cache": self.overwrite_cache,
            "disable_run_cache": self.disable_run_cache or None,
            "client_version": self.client_version,
            "cache_key": self.cache_key,
            "notifications": self.notifications,
            "run_started_at": None if self.run_started_at is None else to_iso(self.run_started_at),
            "outputs": self.outputs and self.outputs.text,
            "outputs_uri": self.outputs and self.outputs.uri,
            "open_shard": None if record.phase.is_terminal else open_shard(record.id),
        }
