"""`flyte deploy FILE …`: the environments of a file, and of all files of a folder."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from flyte_cli.commands import Command
from flyte_cli.deploy.options import DeployOptions
from flyte_cli.files import FileGroup, NamesFiles, python_files
from flyte_cli.scope import scope_parameters
from flyte_cli.settings import current_settings

if TYPE_CHECKING:
    from pathlib import Path

    from flyte import Environment


class DeployFiles(NamesFiles):
    """Files and folders after `flyte deploy`."""

    def file_group(self, path: Path) -> click.Group:
        """The environments of a file."""
        return EnvironmentsOfFile(path, DeployOptions.current(click.get_current_context()))

    def folder_group(self, path: Path) -> click.Group:
        """The files of a folder."""
        return DeployFolder(path, DeployOptions.current(click.get_current_context()))


class DeployFolder(DeployFiles):
    """The files of one folder, or with `--recursive` all environments in it and below."""

    def __init__(self, folder: Path, options: DeployOptions) -> None:
        super().__init__(
            name=folder.name,
            help=f"The Python files in {folder}.",
            subcommand_metavar="FILE VARIABLE",
            invoke_without_command=True,
            callback=click.pass_context(self._deploy_below),
        )
        self.folder = folder
        self._options = options

    def _deploy_below(self, ctx: click.Context) -> None:
        from flyte_cli.failures import LoadFailure

        if ctx.invoked_subcommand is not None:
            return
        if not self._options.recursive:
            click.echo(ctx.get_help(), color=ctx.color)
            return
        environments: dict[str, Environment] = {}
        root = None
        for path in python_files(self.folder):
            file = EnvironmentsOfFile(path, self._options, alone=False)
            try:
                environments |= {f"{path}:{name}": found for name, found in file.environments.items()}
            except LoadFailure as failure:
                if not self._options.ignore_load_errors:
                    raise
                click.echo(f"Left out: {failure.message}", err=True)
            root = root or file.root
        if root is None or not environments:
            raise click.UsageError(f"No file in {self.folder} or below has an environment.", ctx=ctx)
        _deploy(list(environments.values()), root, self._options)


class EnvironmentsOfFile(FileGroup):
    """The environments of one file, by the variables that hold them."""

    def __init__(self, path: Path, options: DeployOptions, *, alone: bool = True) -> None:
        super().__init__(
            path,
            options,
            alone=alone,
            help=f"The environments in {path}, by the variables that hold them.",
            subcommand_metavar="VARIABLE",
            params=scope_parameters() if alone else None,
            callback=self._deploy_all,
        )
        self._options = options

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses; project and domain may stand here too."""
        rest = super().parse_args(ctx, args)
        scope = {name: value for name, value in ctx.params.items() if value}
        self._options = self._code_options = replace(self._options, **scope)
        return rest

    @cached_property
    def environments(self) -> dict[str, Environment]:
        """The environments by variable."""
        from flyte import Environment
        from flyte_cli.loading import named_objects

        return named_objects(self.module, Environment)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The variables that hold environments."""
        return list(self.environments)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command that deploys the environment of that variable."""
        environment = self.environments.get(cmd_name)
        if environment is None:
            return None

        def deploy() -> None:
            _deploy([environment], self.root, self._options)

        about = f"Deploy the environment {environment.name}. {environment.description or ''}"
        return Command(cmd_name, help=about.strip(), callback=deploy)

    def no_such_command(self, ctx: click.Context, name: str) -> click.UsageError:
        """Names the variables that there are; an environment's own name leads to its variable."""
        from flyte_cli.near import did_you_mean, listed

        known = self.environments
        if not known:
            return click.UsageError(f"{self.path} has no environment: no variable of it is a TaskEnvironment.", ctx=ctx)
        there_are = f" The environments of {self.path} are: {listed(known)}."
        for variable, environment in known.items():
            if environment.name == name:
                return click.UsageError(
                    f"the environment named `{name}` is the variable `{variable}`: "
                    f"flyte deploy {self.path} {variable}\n{there_are.strip()}",
                    ctx=ctx,
                )
        return click.UsageError(
            f"{self.path} has no environment {name!r}.{did_you_mean(name, known) or there_are}", ctx=ctx
        )

    def _deploy_all(self, **_options: Any) -> None:
        ctx = click.get_current_context()
        if ctx.invoked_subcommand is not None:
            return
        if not self._options.all:
            click.echo(ctx.get_help(), color=ctx.color)
            return
        if not self.environments:
            raise self.no_such_command(ctx, "")
        _deploy(list(self.environments.values()), self.root, self._options)


def _deploy(environments: list[Environment], root: Path, options: DeployOptions) -> None:
    from flyte_cli.deploy.apply import deploy_environments

    deploy_environments(environments, root, options, current_settings())
