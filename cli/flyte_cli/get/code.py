"""`flyte get code`."""

from __future__ import annotations

from pathlib import Path

import click

from flyte_cli.commands import Command
from flyte_cli.scope import backend, scope_options
from flyte_cli.transfers import transfers_shown


@click.command(cls=Command)
@click.argument("run_name")
@click.argument("action_name", required=False)
@click.option(
    "-o",
    "--dest",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to put it into. Default: one with the run's name.",
)
@click.option("--no-extract", is_flag=True, help="Leave the zip as it is.")
@click.option("-a", "--attempt", type=int, help="Accepted for Flyte's sake: all attempts run the same code.")
@scope_options
def code(
    run_name: str,
    action_name: str | None,
    dest: Path | None,
    no_extract: bool,  # noqa: FBT001 - click passes by name
    attempt: int | None,
    project: str | None,
    domain: str | None,
) -> None:
    """Copy the code that the run RUN_NAME, or its action ACTION_NAME, ran to this machine."""
    from flyte.remote import Action

    settings = backend(project, domain)
    found = Action.get(run_name=run_name, name=action_name or "a0")
    with transfers_shown(silent=settings.no_progress):
        place = found.download_code(dest or Path(run_name), extract=not no_extract, attempt=attempt)
    if settings.output.is_json:
        settings.output.document({"path": str(place)})
    else:
        settings.output.text(str(place))
