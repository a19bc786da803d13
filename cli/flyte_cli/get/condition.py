"""`flyte get condition`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flyte_cli.commands import Command
from flyte_cli.scope import backend, scope_options
from flyte_cli.shown import moment

if TYPE_CHECKING:
    from flyte.remote import Condition

_LISTED_AT_MOST = 10_000


@click.command(cls=Command)
@click.argument("run_name")
@click.argument("action_name", required=False)
@scope_options
def condition(run_name: str, action_name: str | None, project: str | None, domain: str | None) -> None:
    """List the conditions of the run RUN_NAME, or show the one named ACTION_NAME.

    Of an action whose task has made conditions, ACTION_NAME lists them.
    """
    from flyte.remote import Condition

    settings = backend(project, domain)
    listed = list(Condition.listall(run_name, limit=_LISTED_AT_MOST))
    if action_name is not None:
        made = [each for each in listed if each.parent_name == action_name]
        if not made:
            found = find(run_name, action_name)
            settings.output.details(_details(found), found.to_dict())
            return
        listed = made
    settings.output.rows(
        [_row(each) for each in listed],
        [each.to_dict() for each in listed],
        "The run has no conditions.",
    )


def find(run_name: str, name: str) -> Condition:
    """The condition of that name, or of that action.

    Raises:
        UsageError: There is none; or several are open, and only their actions tell them apart.
    """
    from flyte.remote import Condition
    from flyte_cli.near import did_you_mean

    listed = list(Condition.listall(run_name, limit=_LISTED_AT_MOST))
    found = [each for each in listed if name in {each.name, each.action_name}]
    if not found:
        hint = did_you_mean(name, [each.name for each in listed]) or f" See: flyte get condition {run_name}"
        raise click.UsageError(f"The run {run_name} has no condition {name!r}.{hint}")
    still_open = [each for each in found if not each.record.phase.is_terminal]
    if len(still_open) > 1:
        actions = ", ".join(each.action_name for each in still_open)
        raise click.UsageError(f"The run {run_name} has several conditions {name!r}: name one by its action: {actions}")
    return (still_open or found)[0]


def _row(found: Condition) -> dict[str, str]:
    return {
        "condition": found.name,
        "action": found.action_name,
        "phase": found.record.phase.value,
        "type": found.details.data_type,
        "prompt": found.details.prompt.split("\n", 1)[0],
        "made by": found.parent_name or "",
        "created": moment(found.record.created_at),
        "ends": moment(found.details.ends_at),
    }


def _details(found: Condition) -> dict[str, str]:
    record, details = found.record, found.details
    fields = {
        "condition": found.name,
        "run": found.run_name,
        "action": found.action_name,
        "phase": found.record.phase.value,
        "type": details.data_type,
        "prompt": details.prompt,
        "description": details.description,
        "made by": found.parent_name or "",
        "created": moment(record.created_at),
        "ends": moment(details.ends_at) if not record.phase.is_terminal else "",
        "ended": moment(record.ended_at),
        "signalled by": details.signalled_by,
        "error": record.error.message if record.error else "",
        "aborted": record.abort_reason or "",
    }
    return {name: value for name, value in fields.items() if value}
