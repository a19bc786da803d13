"""The `flyte` group: global options, which go before the verb, and where each verb is."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flyte_cli.settings import OUTPUT_FORMATS, Settings
from flyte_cli.verbs import Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

_VERBS = {
    "abort": "flyte_cli.abort:abort",
    "console": "flyte_cli.console.command:console",
    "create": "flyte_cli.create:create",
    "delete": "flyte_cli.delete:delete",
    "deploy": "flyte_cli.deploy:deploy",
    "doctor": "flyte_cli.doctor.command:doctor",
    "get": "flyte_cli.get:get",
    "prune": "flyte_cli.prune:prune",
    "rerun": "flyte_cli.rerun:rerun",
    "rollback": "flyte_cli.rollback:rollback",
    "run": "flyte_cli.run:run",
    "signal": "flyte_cli.signal:signal",
    "start": "flyte_cli.devbox_verbs:start",
    "stop": "flyte_cli.devbox_verbs:stop",
    "update": "flyte_cli.update:update",
}


class RootGroup(Verb):
    """All verbs, and those that other distributions add."""

    @property
    def plugin_owner(self) -> str:
        """Plugins' own verbs have names without a dot."""
        return ""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = "flyte",
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - click's signature
        **extra: Any,
    ) -> Any:
        """As click's; where that would end the program, it ends with this command's messages and exit codes."""
        if not standalone_mode or "_FLYTE_COMPLETE" in os.environ:
            return super().main(args, prog_name, complete_var, standalone_mode, **extra)
        from flyte_cli.entry import run

        sys.exit(run(sys.argv[1:] if args is None else args))


def _print_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    if not value or ctx.resilient_parsing:
        return
    from flyte._version import __version__

    click.echo(f"flyte {__version__}")
    ctx.exit()


def _show_completion(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if not value or ctx.resilient_parsing:
        return
    from flyte_cli.completion import INSTRUCTIONS

    click.echo(INSTRUCTIONS[value])
    ctx.exit()


@click.command(cls=RootGroup, name="flyte", lazy=_VERBS, context_settings={"help_option_names": ["--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
@click.option(
    "--show-completion",
    type=click.Choice(["bash", "zsh", "fish"]),
    is_eager=True,
    expose_value=False,
    callback=_show_completion,
    help="Show the line that lets a shell complete commands, files, tasks and options.",
)
@click.option("--endpoint", help="The backend to use, instead of the configured one.")
@click.option("--insecure", is_flag=True, help="Reach an endpoint without a scheme by plain HTTP.")
@click.option("--image-builder", "--builder", type=click.Choice(["local", "local-podman", "remote"]), hidden=True)
@click.option("--auth-type", hidden=True)
@click.option("-v", "--verbose", count=True, help="Show more of what is done; repeat for more still.")
@click.option("--org", help="The organisation, for programs that name one.")
@click.option(
    "-c",
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The configuration file to use, instead of the first one that is found.",
)
@click.option(
    "-of",
    "--output-format",
    type=click.Choice(OUTPUT_FORMATS, case_sensitive=False),
    default="table",
    show_default=True,
    help="How results are printed: json is one document on stdout, table-simple is plain text.",
)
@click.option(
    "--log-format",
    type=click.Choice(["console", "json"], case_sensitive=False),
    default="console",
    show_default=True,
    envvar="LOG_FORMAT",
    help="How log lines are printed.",
)
@click.option(
    "--user-log-level",
    type=click.Choice(["debug", "info", "warning", "error", "critical"], case_sensitive=False),
    default="info",
    show_default=True,
    envvar="USER_LOG_LEVEL",
    help="The level of flyte.logger in tasks that run here.",
)
@click.option("--reset-root-logger", is_flag=True, hidden=True)
@click.option("--no-progress", is_flag=True, help="Show no progress while a run is waited for.")
@click.pass_context
def flyte(ctx: click.Context, /, **options: Any) -> None:
    """Run and deploy tasks on AWS Lambda.

    `flyte run FILE TASK` runs a task at once; `flyte deploy FILE VARIABLE` keeps it for later.
    """
    ctx.obj = Settings.of_options(options)
