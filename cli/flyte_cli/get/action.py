"""`flyte get action`."""

from __future__ import annotations

import click

from flyte_cli.action_tree import as_tree, attempt_lines, tree_document, tree_row
from flyte_cli.commands import Command
from flyte_cli.get.filters import PHASES
from flyte_cli.scope import backend, scope_options
from flyte_cli.shown import action_details


@click.command(cls=Command)
@click.argument("run_name")
@click.argument("action_name", required=False)
@click.option("--in-phase", type=PHASES, multiple=True, help="Only actions in this phase; repeatable.")
@scope_options
def action(
    run_name: str, action_name: str | None, in_phase: tuple[str, ...], project: str | None, domain: str | None
) -> None:
    """List the actions of the run RUN_NAME as a tree, or show its action ACTION_NAME (a0 is the root action).

    What an action was billed for is the time of its invocations; while it was suspended it cost nothing.
    """
    from flyte.remote import Action, ActionDetails

    settings = backend(project, domain)
    if action_name is not None:
        found = ActionDetails.get(run_name=run_name, name=action_name)
        document = found.record.to_dict() | ({"links": found.links} if found.links else {})
        details = action_details(found.record, None, found.links)
        settings.output.details(details | attempt_lines(found.record), document)
        return
    listed = Action.listall(for_run_name=run_name, in_phase=in_phase or None)
    placed = list(as_tree(each.record for each in listed))
    settings.output.rows(
        [tree_row(each) for each in placed],
        [tree_document(each) for each in placed],
        "There are no such actions.",
    )
