"""`flyte update trigger`."""

from __future__ import annotations

import click

from flyte_cli.commands import Command
from flyte_cli.scope import backend, scope_options


@click.command(cls=Command)
@click.argument("name")
@click.argument("task_name")
@click.option("--activate/--deactivate", default=None, help="Whether it starts runs from now on.  [required]")
@scope_options
def trigger(
    name: str,
    task_name: str,
    activate: bool | None,  # noqa: FBT001 - click passes by name
    project: str | None,
    domain: str | None,
) -> None:
    """Switch the trigger NAME of the task TASK_NAME (env.task) on or off. Runs in progress go on.

    It stays so when its task is deployed again, until the code says otherwise with auto_activate.
    """
    from flyte.remote import Trigger

    if activate is None:  # click takes a pair of flags for given, even where it is required
        raise click.UsageError("Say which: --activate or --deactivate.")
    settings = backend(project, domain)
    Trigger.update(name, task_name, activate)
    if settings.output.is_json:
        settings.output.document({"name": name, "task": task_name, "active": activate})
    else:
        settings.output.text(f"The trigger {name} of {task_name} is {'active' if activate else 'inactive'}.")
