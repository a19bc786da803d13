"""`flyte deploy`: environments of a file, of all its variables, or of all files in a folder."""

from __future__ import annotations

from typing import Any

import click

from flyte_cli.choices import CopyStyle
from flyte_cli.deploy.files import DeployFiles
from flyte_cli.deploy.options import DeployOptions


class DeployGroup(DeployFiles):
    """Sub-commands are the Python files and folders here."""

    def invoke(self, ctx: click.Context) -> Any:
        """Puts the options where the commands below find them, before those are looked up."""
        DeployOptions(**ctx.params).put_into(ctx)
        return super().invoke(ctx)


@click.command(cls=DeployGroup, name="deploy", no_args_is_help=True, subcommand_metavar="FILE VARIABLE")
@click.option("-p", "--project", help="The project to deploy to.")
@click.option("-d", "--domain", help="The domain to deploy to.")
@click.option("--version", help="The version. Default: one that follows from the content.")
@click.option("--dry-run", "--dryrun", is_flag=True, help="Show what would be deployed, and deploy nothing.")
@click.option(
    "--copy-style",
    type=CopyStyle(),
    default="loaded_modules",
    show_default=True,
    help="Which files go along: those that were imported, all below the root folder, or none.",
)
@click.option("--root-dir", help="The folder that modules are imported from. Default: the current one.")
@click.option("-r", "--recursive", is_flag=True, help="Deploy all environments in all files of the folder and below.")
@click.option("--all", is_flag=True, help="Deploy all environments of the file.")
@click.option("-i", "--ignore-load-errors", is_flag=True, help="Leave out files that cannot be imported.")
@click.option("--no-sync-local-sys-paths", is_flag=True, help="Leave the folders on sys.path here off the tasks' path.")
@click.option("--image", multiple=True, hidden=True)
def deploy(**_options: Any) -> None:
    """Deploy task environments: `flyte deploy greeting.py env`.

    The environment is named by the variable that holds it. Its tasks, and those of the environments that it depends on,
    are then run with `flyte run deployed-task`. `flyte deploy FILE --help` lists the variables of a file.
    """
