"""The options of `flyte run`, as the commands below it find them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from flyte_cli.scope import options_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEY = "flyte_cli.run.options"


@dataclass(frozen=True)
class RunOptions:
    """How a task is to be run."""

    project: str | None = None
    domain: str | None = None
    local: bool = False
    copy_style: str = "loaded_modules"
    version: str | None = None
    root_dir: str | None = None
    raw_data_path: str | None = None
    service_account: str | None = None
    name: str | None = None
    follow: bool = False
    detach: bool = False
    image: tuple[str, ...] = ()
    no_sync_local_sys_paths: bool = False
    run_project: str | None = None
    run_domain: str | None = None
    debug: bool = False
    env: tuple[tuple[str, str], ...] = ()
    max_action_concurrency: int | None = None
    label: tuple[tuple[str, str], ...] = ()
    queue: str | None = None

    def __post_init__(self) -> None:
        if self.local and self.detach:
            raise click.UsageError("--local and --detach exclude each other: a local run ends with this process.")

    @classmethod
    def of_parameters(cls, parameters: Mapping[str, Any]) -> RunOptions:
        """From the values that click parsed.

        Raises:
            click.UsageError: Two options contradict each other, or one is not built.
        """
        if parameters["tui"]:
            raise click.UsageError("--tui is not available: `flyte run` shows progress by itself, --follow the logs.")
        if parameters["tracked"] or parameters["tracked_strict"]:
            raise click.UsageError("--tracked is not available: runs on a backend are recorded there.")
        unused = {"tui", "tracked", "tracked_strict"}
        return cls(**{name: value for name, value in parameters.items() if name not in unused})

    def put_into(self, ctx: click.Context) -> None:
        """Makes these the options of the commands below."""
        ctx.meta[_KEY] = self

    @classmethod
    def current(cls, ctx: click.Context) -> RunOptions:
        """The options that were put into the context or one above it."""
        found: RunOptions | None = ctx.meta.get(_KEY)
        return found or cls()

    @property
    def scope(self) -> str:
        """The options that lead other commands to the same project and domain."""
        project, domain = self.run_project or self.project, self.run_domain or self.domain
        return options_of(project, domain)

    def with_these(self, given: Mapping[str, Any]) -> RunOptions:
        """The same with options that were given after the file: those that can be repeated are added."""
        wanted = {name: value for name, value in given.items() if value}
        added = {name: (*getattr(self, name), *value) for name, value in wanted.items() if isinstance(value, tuple)}
        return replace(self, **wanted | added)


def misplaced(ctx: click.Context, error: click.NoSuchOption) -> click.UsageError | None:
    """What to tell of an option that would be known right after `flyte run`; None of any other."""
    run = ctx.parent
    while run is not None and run.info_name != "run":
        run = run.parent
    if run is None:
        return None
    names = {name for option in run.command.get_params(run) for name in option.opts}
    wanted = error.option_name if error.option_name in names else error.option_name.replace("_", "-")
    if wanted not in names or wanted == "--help":
        return None
    return click.UsageError(f"{wanted} is an option of `flyte run`: put it before the file.", ctx=ctx)
