"""`flyte get project`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flyte_cli.commands import Command
from flyte_cli.scope import backend
from flyte_cli.shown import pairs

if TYPE_CHECKING:
    from flyte.protocol.api import Project as ProjectModel


@click.command(cls=Command)
@click.argument("name", required=False)
@click.option("--archived", is_flag=True, help="List the archived ones instead.")
def project(name: str | None, archived: bool) -> None:  # noqa: FBT001 - click passes by name
    """List projects, or show the project NAME (its id)."""
    from flyte.remote import Project

    settings = backend()
    if name is not None:
        record = Project.get(name).record
        settings.output.details(_row(record), record.to_dict())
        return
    records = [each.record for each in Project.listall(archived=archived)]
    settings.output.rows(
        [_row(each) for each in records], [each.to_dict() for each in records], "There are no projects."
    )


def _row(record: ProjectModel) -> dict[str, str]:
    return {
        "project": record.id,
        "name": record.name,
        "description": record.description,
        "labels": pairs(record.labels),
    }
