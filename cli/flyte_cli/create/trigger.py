"""`flyte create trigger`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from flyte_cli.commands import Command
from flyte_cli.scope import backend, scope_options

if TYPE_CHECKING:
    import flyte

_TIME_INPUT = "trigger_time"


@click.command(cls=Command)
@click.argument("task_name")
@click.argument("name")
@click.option("--schedule", required=True, help="Five cron fields, such as '0 9 * * 1-5'.")
@click.option("--timezone", default="UTC", show_default=True, help="On whose clock, such as Europe/Berlin.")
@click.option("--description", default="", help="What it is for.")
@click.option(
    "--auto-activate/--no-auto-activate", default=True, show_default=True, help="Whether it is active at once."
)
@click.option(
    "--trigger-time-var",
    default=_TIME_INPUT,
    show_default=True,
    help="The input that receives the time it is due. The default is for tasks that have such an input.",
)
@scope_options
@click.pass_context
def trigger(
    ctx: click.Context,
    /,
    task_name: str,
    name: str,
    project: str | None,
    domain: str | None,
    **options: Any,
) -> None:
    """Give the deployed task TASK_NAME (env.task) the trigger NAME: it starts the task's latest version.

    Other inputs take their defaults. Triggers with inputs of their own are declared in code, or made by
    flyte.remote.Trigger.create.
    """
    from flyte.errors import DeploymentError
    from flyte.remote import Trigger

    settings = backend(project, domain)
    is_chosen = ctx.get_parameter_source("trigger_time_var") is not ParameterSource.DEFAULT
    try:
        wanted = _trigger(task_name, name, options, is_chosen=is_chosen)
        made = Trigger.create(wanted, task_name)
    except (ValueError, DeploymentError) as error:
        raise click.UsageError(f"{error}.") from None
    if settings.output.is_json:
        settings.output.document(made.to_dict())
        return
    state = "is active" if made.is_active else f"is inactive: flyte update trigger {name} {task_name} --activate"
    settings.output.text(f"The trigger {name} of {task_name} ({made.record.spec.schedule}) {state}.")


def _trigger(task_name: str, name: str, options: dict[str, Any], *, is_chosen: bool) -> flyte.Trigger:
    import flyte
    from flyte.remote import Task

    time_input = str(options["trigger_time_var"])
    known = {each.name for each in Task.get(task_name, auto_version="latest").fetch().interface.inputs}
    return flyte.Trigger(
        name,
        flyte.Cron(options["schedule"], options["timezone"]),
        description=options["description"],
        auto_activate=options["auto_activate"],
        inputs={time_input: flyte.TriggerTime} if is_chosen or time_input in known else None,
    )
