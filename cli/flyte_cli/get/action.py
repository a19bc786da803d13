"""`flyte get action`."""

from __future__ import annotations

import click

from flyte_cli.commands import Command
from flyte_cli.get.filters import PHASES
from flyte_cli.scope import backend, scope_options
from flyte_cli.shown import action_details, action_row


@click.command(cls=Command)
@click.argument("run_name")
@click.argument("action_name", required=False)
@click.option("--in-phase", type=PHASES, multiple=True, help="Only actions in this phase; repeatable.")
@scope_options
def action(
    run_name: str, action_name: str | None, in_phase: tuple[str, ...], project: str | None, domain: str | None
) -> None:
    """List the actions of the run RUN_NAME, or show its action ACTION_NAME (a0 is the root action)."""
    from flyte.remote import Action, ActionDetails

    settings = backend(project, domain)
    if action_name is not None:
        found = ActionDetails.get(run_name=run_name, name=action_name)
        document = found.record.to_dict() | ({"links": found.links} if found.links else {})
        settings.output.details(action_details(found.record, None, found.links), document)
        return
    records = [each.record for each in Action.listall(for_run_name=run_name, in_phase=in_phase or None)]
    settings.output.rows(
        [action_row(record) for record in records],
        [record.to_dict() for record in records],
        "There are no such actions.",
    )
