"""`flyte delete trigger`."""

from __future__ import annotations

import click

from flyte_cli.commands import Command
from flyte_cli.scope import backend, scope_options


@click.command(cls=Command)
@click.argument("name")
@click.argument("task_name")
@scope_options
def trigger(name: str, task_name: str, project: str | None, domain: str | None) -> None:
    """Delete the trigger NAME of the task TASK_NAME (env.task). Runs in progress go on.

    One that the task's code declares comes back with the next deployment, unless it goes from the code too.
    """
    from flyte.remote import Trigger

    settings = backend(project, domain)
    Trigger.delete(name, task_name)
    if settings.output.is_json:
        settings.output.document({"name": name, "task": task_name})
    else:
        settings.output.text(f"Deleted the trigger {name} of {task_name}.")
