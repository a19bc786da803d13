"""The options of `flyte deploy`, as the commands below it find them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

_KEY = "flyte_cli.deploy.options"


@dataclass(frozen=True)
class DeployOptions:
    """How environments are to be deployed."""

    project: str | None = None
    domain: str | None = None
    version: str | None = None
    dry_run: bool = False
    copy_style: str = "loaded_modules"
    root_dir: str | None = None
    recursive: bool = False
    all: bool = False
    ignore_load_errors: bool = False
    no_sync_local_sys_paths: bool = False
    image: tuple[str, ...] = ()

    def put_into(self, ctx: click.Context) -> None:
        """Makes these the options of the commands below."""
        ctx.meta[_KEY] = self

    @classmethod
    def current(cls, ctx: click.Context) -> DeployOptions:
        """The options that were put into the context or one above it."""
        found: DeployOptions | None = ctx.meta.get(_KEY)
        return found or cls()
