"""`flyte create project`."""

from __future__ import annotations

import click

from flyte_cli.choices import KeyValue
from flyte_cli.commands import Command
from flyte_cli.scope import backend


@click.command(cls=Command)
@click.option("--id", "project_id", required=True, help="What commands and configuration call it; it cannot change.")
@click.option("--name", required=True, help="What people see.")
@click.option("--description", default="", help="What it is for.")
@click.option("-l", "--label", multiple=True, type=KeyValue(), help="A label; repeatable.")
def project(project_id: str, name: str, description: str, label: tuple[tuple[str, str], ...]) -> None:
    """Create a project."""
    from pydantic import ValidationError

    from flyte.remote import Project

    settings = backend()
    try:
        made = Project.create(project_id, name, description, dict(label))
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise click.BadParameter(f"{project_id!r}: {reason}.", param_hint="'--id'") from None
    if settings.output.is_json:
        settings.output.document(made.to_dict())
    else:
        settings.output.text(f"Created the project {made.id}.")
