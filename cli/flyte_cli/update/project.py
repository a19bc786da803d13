"""`flyte update project`."""

from __future__ import annotations

import click

from flyte_cli.choices import KeyValue
from flyte_cli.commands import Command
from flyte_cli.scope import backend


@click.command(cls=Command)
@click.argument("project_id")
@click.option("--name", help="What people see.")
@click.option("--description", help="What it is for.")
@click.option("-l", "--label", multiple=True, type=KeyValue(), help="A label, in place of all there were; repeatable.")
@click.option("--archive/--unarchive", default=None, help="Whether lists of projects leave it out from now on.")
def project(
    project_id: str,
    name: str | None,
    description: str | None,
    label: tuple[tuple[str, str], ...],
    archive: bool | None,  # noqa: FBT001 - click passes by name
) -> None:
    """Change the project PROJECT_ID. What is not given stays as it is.

    Archiving hides a project from lists; its runs, tasks and triggers go on.
    """
    from flyte.remote import Project

    if name is None and description is None and not label and archive is None:
        raise click.UsageError("Say what to change: --name, --description, --label, --archive or --unarchive.")
    settings = backend()
    state = None if archive is None else "archived" if archive else "active"
    changed = Project.update(project_id, name, description, dict(label) or None, state)
    if settings.output.is_json:
        settings.output.document(changed.to_dict())
    else:
        settings.output.text(f"Changed the project {changed.id}.")
