"""`--project` and `--domain`, which most verbs take, and the SDK's initialisation with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from flyte_cli.settings import current_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_cli.settings import Settings

F = TypeVar("F", bound="Callable[..., Any]")


def scope_options(function: F) -> F:
    """Adds `-p/--project` and `-d/--domain`."""
    domain = click.option("-d", "--domain", help="The domain, instead of the configured one.")
    return click.option("-p", "--project", help="The project, instead of the configured one.")(domain(function))


def scope_parameters() -> list[click.Option]:
    """The same two, for a group of what is in a file, where Flyte takes them too."""
    project = click.Option(["-p", "--project"], help="The project, if it was not named before the file.")
    return [project, click.Option(["-d", "--domain"], help="The domain, if it was not named before the file.")]


def options_of(project: str | None, domain: str | None) -> str:
    """The same options as they are typed after a command, with a space before each; empty for the configured scope."""
    return f"{f' -p {project}' if project else ''}{f' -d {domain}' if domain else ''}"


def backend(project: str | None = None, domain: str | None = None) -> Settings:
    """The settings, after the SDK was initialised for a scope of the backend.

    Raises:
        InitializationError: No backend is configured.
    """
    from flyte._initialize import require_backend

    settings = current_settings()
    settings.initialize(project=project, domain=domain)
    require_backend()
    return settings
