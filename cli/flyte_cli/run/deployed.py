"""`flyte run deployed-task`: tasks by their full names, from what is registered. None of the user's code is needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from flyte_cli.arguments.inputs import inputs_of_registered
from flyte_cli.commands import Group
from flyte_cli.near import did_you_mean, listed
from flyte_cli.run.options import RunOptions
from flyte_cli.run.task_command import TaskCommand, about_task
from flyte_cli.settings import current_settings

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from flyte.protocol.tasks import TaskVersion
    from flyte.remote import TaskDetails

_LISTED_AT_MOST = 1000


class DeployedTasks(Group):
    """All that is deployed. Without a name it lists the environments, with an environment's name its tasks."""

    def __init__(self, environment: str | None = None) -> None:
        what = f"a task of {environment}" if environment else "a task that is deployed"
        super().__init__(
            name=environment or "deployed-task",
            help=f"Run {what}: {environment or 'ENV'}.TASK, or {environment or 'ENV'}.TASK:VERSION.",
            subcommand_metavar="TASK [ARGUMENTS]…" if environment else "ENV.TASK[:VERSION] [ARGUMENTS]…",
            invoke_without_command=True,
            callback=_show_help,
        )
        self._environment = environment

    @cached_property
    def _tasks(self) -> list[TaskVersion]:
        """The latest version of each task, of the environment or of all."""
        from flyte.remote import Task

        _initialize()
        return [task.record for task in Task.listall(by_task_env=self._environment, limit=_LISTED_AT_MOST)]

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Environments; of one environment, its tasks by their names in it. None without a backend: help needs none."""
        from flyte.errors import InitializationError

        try:
            tasks = self._tasks
        except InitializationError:
            return []
        if self._environment:
            return sorted(task.name.partition(".")[2] for task in tasks)
        return sorted({task.environment for task in tasks})

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names of deployed tasks; the tasks themselves are not asked for."""
        from click.shell_completion import CompletionItem

        from flyte_cli.completion import offered

        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        start = f"{self._environment}." if self._environment else ""
        return offered(
            ctx,
            lambda: [
                CompletionItem(task.name.removeprefix(start), help=task.description)
                for task in self._tasks
                if task.name.removeprefix(start).startswith(incomplete)
            ],
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The task of that name, or the group of that environment's tasks."""
        if self._environment:
            cmd_name = f"{self._environment}.{cmd_name}"
        if "." not in cmd_name:
            return DeployedTasks(cmd_name) if _is_listing(ctx) or self._has(cmd_name) else None
        if _is_listing(ctx):
            task = next(task for task in self._tasks if task.name == cmd_name)
            return click.Command(cmd_name, help=about_task(task.description, task.name))
        return command_of_deployed(cmd_name)

    def no_such_command(self, ctx: click.Context, name: str) -> click.UsageError:
        """Names the environments that there are."""
        known = self.list_commands(ctx)
        hint = did_you_mean(name, known) or (f" There are: {listed(known)}." if known else " Nothing is deployed yet.")
        return click.UsageError(f"No environment {name!r} is deployed.{hint}", ctx=ctx)

    def _has(self, environment: str) -> bool:
        return any(task.environment == environment for task in self._tasks)


def command_of_deployed(reference: str) -> TaskCommand:
    """The command of a deployed task.

    Args:
        reference: `environment.task`, perhaps with `:version`; without one it is the latest.

    Raises:
        click.UsageError: There is no such task, or not in that version.
    """
    from flyte.errors import RemoteTaskNotFoundError
    from flyte.remote import Task

    name, _, version = reference.partition(":")
    _initialize()
    try:
        details = Task.get(name, version=version or None, auto_version=None if version else "latest").fetch()
    except RemoteTaskNotFoundError as error:
        raise click.UsageError(_with_near_names(str(error), name, version)) from None

    def run(values: dict[str, Any], options: RunOptions) -> int:
        return _run(details, values, options)

    inputs = inputs_of_registered(details.interface)
    about = about_task(details.spec.description, details.name)
    return TaskCommand(reference, inputs, run, about=about, may_be_local=False)


def _run(details: TaskDetails, values: dict[str, Any], options: RunOptions) -> int:
    from flyte_cli.run.launch import Launch, launch

    if options.local:
        raise click.UsageError("A deployed task runs on the backend only: leave --local out, or run its file.")
    from flyte.types.by_schema import WireJson

    label = details.spec.short_name or details.name
    values = {name: WireJson(value) for name, value in values.items()}
    return launch(Launch(details, values, options, current_settings(), label=label, local=False))


def _initialize() -> None:
    from flyte._initialize import require_backend

    options = RunOptions.current(click.get_current_context())
    current_settings().initialize(project=options.project, domain=options.domain)
    require_backend()


def _with_near_names(message: str, name: str, version: str) -> str:
    """The backend's words, with what else there is where they do not say it."""
    from flyte.remote import Task

    known = _versions(name) if version else []
    wanted = version if known else name
    known = known or [task.name for task in Task.listall(limit=_LISTED_AT_MOST)]
    if not known or any(each in message for each in known if each != wanted):
        return message
    return f"{message.rstrip('.')}.{did_you_mean(wanted, known) or f' There are: {listed(known)}.'}"


def _versions(name: str) -> list[str]:
    from flyte.errors import RemoteTaskNotFoundError
    from flyte.remote import Task

    try:
        return [task.version for task in Task.listall(by_task_name=name, limit=_LISTED_AT_MOST)]
    except RemoteTaskNotFoundError:
        return []


def _is_listing(ctx: click.Context) -> bool:
    """Whether commands are made for a help page, where asking the backend for each would be slow."""
    return ctx.command.__class__.__module__ == "flyte_cli.help"


@click.pass_context
def _show_help(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), color=ctx.color)
