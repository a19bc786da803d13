"""`flyte abort run`."""

from __future__ import annotations

import click

from flyte_cli.commands import Command
from flyte_cli.scope import backend, scope_options

REASON = "Manually aborted from the CLI"


@click.command(cls=Command)
@click.argument("run_name")
@click.option("--reason", default=REASON, show_default=True, help="Why; it is kept with the run.")
@scope_options
def run(run_name: str, reason: str, project: str | None, domain: str | None) -> None:
    """Stop the run RUN_NAME with all its actions. One that has ended stays as it is."""
    from flyte.remote import Run

    settings = backend(project, domain)
    found = Run.get(run_name)
    if not found.done():
        found.abort(reason=reason)
    if settings.output.is_json:
        settings.output.document({"run": found.name, "phase": found.phase.value})
    else:
        settings.output.text(f"The run {found.name}: {found.phase.value}")
