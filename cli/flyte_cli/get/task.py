"""`flyte get task`."""

from __future__ import annotations

import click

from flyte_cli.commands import Command
from flyte_cli.scope import backend, scope_options
from flyte_cli.shown import task_details, task_row, version_row


@click.command(cls=Command)
@click.argument("name", required=False)
@click.argument("version", required=False)
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="How many to list, at most.")
@click.option("--entrypoint", is_flag=True, help="Only tasks that are marked as entry points.")
@scope_options
def task(
    name: str | None,
    version: str | None,
    limit: int,
    entrypoint: bool,  # noqa: FBT001 - click passes by name
    project: str | None,
    domain: str | None,
) -> None:
    """List deployed tasks; the versions of the task NAME (env.task), newest first; or show its VERSION.

    VERSION may be `latest`: what runs that name no version use, as deployed last or as set with `flyte rollback`.
    """
    from flyte.remote import Task

    settings = backend(project, domain)
    if name is not None and version is not None:
        details = Task.get(name, version=version).fetch().record
        settings.output.details(task_details(details), details.to_dict())
        return
    records = [
        each.record
        for each in Task.listall(
            by_task_name=name,
            limit=limit,
            entrypoint=True if entrypoint else None,
        )
    ]
    empty = (
        f"No version of {name} is deployed."
        if name
        else "No task is deployed. To deploy some: flyte deploy FILE VARIABLE"
    )
    row = version_row if name else task_row
    settings.output.rows([row(each) for each in records], [each.to_dict() for each in records], empty)
