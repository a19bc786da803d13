"""`flyte rollback`."""

from __future__ import annotations

import click

from flyte_cli.commands import Command
from flyte_cli.near import listed
from flyte_cli.scope import backend, scope_options


@click.command(cls=Command)
@click.argument("name")
@click.argument("version")
@click.option("--environment", is_flag=True, help="All tasks of the task's environment, as they are in that version.")
@scope_options
def rollback(
    name: str,
    version: str,
    environment: bool,  # noqa: FBT001 - click passes by name
    project: str | None,
    domain: str | None,
) -> None:
    """Make VERSION the latest of the task NAME (env.task) again: runs that name no version use it from now on.

    Nothing is deployed, and no version is lost: go forward again in the same way. Runs in progress go on as they are.
    Triggers that the version declares are in force again, instead of those of the one before.
    """
    from flyte.remote._versions import set_latest

    settings = backend(project, domain)
    done = set_latest(name, version, whole_environment=environment)
    if settings.output.is_json:
        settings.output.document(done.to_dict())
        return
    for task in done.tasks:
        settings.output.text(f"The latest version of {task.name} is {task.version}.")
    for change in done.triggers:
        if change.change != "unchanged":
            settings.output.text(f"The trigger {change.name} of {change.task} is {change.change}.")
    if done.left:
        settings.output.text(f"Not in that version, and left as they are: {listed(done.left)}.")
