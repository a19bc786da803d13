"""`flyte abort action`."""

from __future__ import annotations

import click

from flyte_cli.abort.run import REASON
from flyte_cli.commands import Command
from flyte_cli.scope import backend, scope_options


@click.command(cls=Command)
@click.argument("run_name")
@click.argument("action_name")
@click.option("--reason", default=REASON, show_default=True, help="Why; it is kept with the action.")
@scope_options
def action(run_name: str, action_name: str, reason: str, project: str | None, domain: str | None) -> None:
    """Stop the action ACTION_NAME of the run RUN_NAME. One that has ended stays as it is."""
    from flyte.remote import Action

    settings = backend(project, domain)
    found = Action.get(run_name=run_name, name=action_name)
    if not found.done():
        found.abort(reason=reason)
    if settings.output.is_json:
        settings.output.document({"run": run_name, "action": found.name, "phase": found.phase.value})
    else:
        settings.output.text(f"The action {found.name} of {run_name}: {found.phase.value}")
