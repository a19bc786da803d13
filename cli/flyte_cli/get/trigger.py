"""`flyte get trigger`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from flyte_cli.commands import Command
from flyte_cli.scope import backend, scope_options
from flyte_cli.shown import moment, pairs

if TYPE_CHECKING:
    from flyte.protocol.notifications import Notification
    from flyte.protocol.triggers import TriggerRecord


@click.command(cls=Command)
@click.argument("task_name", required=False)
@click.argument("name", required=False)
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="How many to list, at most.")
@scope_options
def trigger(task_name: str | None, name: str | None, limit: int, project: str | None, domain: str | None) -> None:
    """List triggers, or those of the task TASK_NAME (env.task), or show its trigger NAME."""
    from flyte.remote import Trigger

    settings = backend(project, domain)
    if task_name is not None and name is not None:
        record = Trigger.get(name=name, task_name=task_name).record
        settings.output.details(_details(record), record.to_dict())
        return
    records = [each.record for each in Trigger.listall(task_name, limit=limit)]
    empty = f"{task_name} has no triggers." if task_name else "There are no triggers."
    settings.output.rows(
        [_row(each) for each in records],
        [each.to_dict() for each in records],
        f"{empty} Declare some in code, with @env.task(triggers=…), or: flyte create trigger TASK_NAME NAME",
    )


def _row(record: TriggerRecord) -> dict[str, str]:
    return {
        "trigger": record.id.name,
        "task": record.id.task,
        "schedule": _schedule(record),
        "active": "yes" if record.active else "no",
        "version": record.task_version or "(latest)",
        "made": "in code" if record.declared else "by hand",
    }


def _details(record: TriggerRecord) -> dict[str, str]:
    spec = record.spec
    inputs = {name: json.dumps(value, ensure_ascii=False) for name, value in spec.inputs.items()}
    fields = {
        **_row(record),
        "description": spec.description,
        "inputs": pairs({**inputs, **dict.fromkeys(spec.time_inputs, "(the time it is due)")}),
        "env vars": pairs(spec.env_vars),
        "labels": pairs(spec.labels),
        "annotations": pairs(spec.annotations),
        "custom context": pairs(spec.custom_context),
        "cache": "overwritten" if spec.overwrite_cache else "",
        "max actions": str(spec.max_action_concurrency or ""),
        "notifies": "; ".join(map(_notified, spec.notifications)),
        "project": record.id.project,
        "domain": record.id.domain,
        "by": record.created_by,
        "created": moment(record.created_at),
        "updated": moment(record.updated_at),
    }
    return {name: value for name, value in fields.items() if value}


def _notified(notification: Notification) -> str:
    """Who is told of which ends. Of a webhook it is the host: whoever knows the whole address can post there."""
    whom = ", ".join(notification.recipients) if notification.kind == "email" else urlsplit(notification.url).netloc
    return f"{whom} ({', '.join(notification.on_phase)})"


def _schedule(record: TriggerRecord) -> str:
    return "(by hand)" if record.spec.schedule is None else str(record.spec.schedule)
