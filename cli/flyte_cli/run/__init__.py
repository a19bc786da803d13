"""`flyte run`: a task of a file, of a folder's file, or one that is deployed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from flyte_cli.choices import CopyStyle, KeyValue
from flyte_cli.files import exists
from flyte_cli.run.files import RunFiles
from flyte_cli.run.options import RunOptions

_DEPLOYED_NAME = re.compile(r"[a-z0-9_-]+\.[A-Za-z_]\w*(:.+)?")


class RunGroup(RunFiles):
    """Sub-commands are the Python files and folders here, and the tasks that are known without a file."""

    special = ("deployed-task", "hello")

    def invoke(self, ctx: click.Context) -> Any:
        """Puts the options where the commands below find them, before those are looked up."""
        RunOptions.of_parameters(ctx.params).put_into(ctx)
        return super().invoke(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The tasks of a file or a folder, or of one of the special words."""
        if cmd_name == "deployed-task":
            from flyte_cli.run.deployed import DeployedTasks

            return DeployedTasks()
        if cmd_name == "hello":
            from flyte_cli.run.hello import hello_command

            return hello_command()
        return super().get_command(ctx, cmd_name)

    def no_such_command(self, ctx: click.Context, name: str) -> click.UsageError:
        """A name like a deployed task's gets a hint at the word that it needs; Flyte's third word, why it is none."""
        if name == "python-script":
            return click.UsageError(
                "There is no `flyte run python-script` here: let a task do what the script does, and run it with "
                "`flyte run FILE TASK`.",
                ctx=ctx,
            )
        if _DEPLOYED_NAME.fullmatch(name) and not name.endswith(".py") and not exists(Path(name)):
            return click.UsageError(
                f"There is no file {name!r}. To run a deployed task: flyte run deployed-task {name}", ctx=ctx
            )
        return super().no_such_command(ctx, name)


@click.command(
    cls=RunGroup,
    name="run",
    no_args_is_help=True,
    subcommand_metavar="FILE|deployed-task TASK [ARGUMENTS]…",
)
@click.option("-p", "--project", help="The project to run in.")
@click.option("-d", "--domain", help="The domain to run in.")
@click.option("--local", is_flag=True, help="Run here, in this process, without a backend.")
@click.option(
    "--copy-style",
    type=CopyStyle(),
    default="loaded_modules",
    show_default=True,
    help="Which files go along: those that were imported, all below the root folder, or none.",
)
@click.option("--version", help="The version of the task; needed with --copy-style none.")
@click.option("--root-dir", help="The folder that modules are imported from. Default: the current one.")
@click.option("--raw-data-path", help="Where files and folders are written, as s3://… or a local path.")
@click.option("--service-account", help="The IAM role that the task runs with.")
@click.option("--name", help="The name of the run; it must be new.")
@click.option("-f", "--follow", is_flag=True, help="Show the run's log lines while it is waited for.")
@click.option("--detach", is_flag=True, help="Do not wait: print the run's name and end.")
@click.option("--tui", is_flag=True, hidden=True)
@click.option("--tracked", is_flag=True, hidden=True)
@click.option("--tracked-strict", is_flag=True, hidden=True)
@click.option("--image", multiple=True, hidden=True)
@click.option("--no-sync-local-sys-paths", is_flag=True, help="Leave the folders on sys.path here off the task's path.")
@click.option("--run-project", help="The project to run a deployed task in, if not its own.")
@click.option("--run-domain", help="The domain to run a deployed task in, if not its own.")
@click.option("--debug", is_flag=True, help="Accepted for Flyte's sake: no debugger is attached on Lambda.")
@click.option("-e", "--env", multiple=True, type=KeyValue(), help="An environment variable of the task; repeatable.")
@click.option("--max-action-concurrency", type=click.IntRange(min=0), help="How many actions run at a time.")
@click.option("--label", multiple=True, type=KeyValue(), help="A label of the run; repeatable.")
@click.option("--queue", help="Accepted for Flyte's sake: Lambda has no queues.")
def run(**_options: Any) -> None:
    """Run a task now: `flyte run greeting.py greet --message hello`.

    The code goes along and the task is not kept; `flyte deploy` keeps it. Options stand before the file, the task's
    arguments after the task. `flyte run FILE` lists the tasks of a file.
    """
