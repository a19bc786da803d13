"""`flyte create project`."""

from __future__ import annotations

import click

from flyte_cli.choices import KeyValue
from flyte_cli.commands import Command
from flyte_cli.scope import backend


@click.command(cls=Command)
@click.argument("project_id", required=False)
@click.option("--id", "id_option", help="The same as the argument PROJECT_ID.")
@click.option("--name", help="What people see. Default: the id.")
@click.option("--description", default="", help="What it is for.")
@click.option("-l", "--label", multiple=True, type=KeyValue(), help="A label; repeatable.")
def project(
    project_id: str | None,
    id_option: str | None,
    name: str | None,
    description: str,
    label: tuple[tuple[str, str], ...],
) -> None:
    """Create the project PROJECT_ID. Commands and configuration call it by this id, which cannot change."""
    from pydantic import ValidationError

    from flyte.remote import Project

    chosen = id_option or project_id
    if chosen is None or (id_option and project_id):
        raise click.UsageError("Name the project once: flyte create project PROJECT_ID")
    settings = backend()
    try:
        made = Project.create(chosen, name or chosen, description, dict(label))
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise click.BadParameter(f"{chosen!r}: {reason}.", param_hint="'PROJECT_ID'") from None
    if settings.output.is_json:
        settings.output.document(made.to_dict())
    else:
        settings.output.text(f"Created the project {made.id}.")
