"""What the commands about secrets share: where a secret counts, and what its name may be."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

F = TypeVar("F", bound="Callable[..., Any]")


def secret_scope_options(function: F) -> F:
    """Adds `-p/--project` and `-d/--domain`, either of which may be empty."""
    domain = click.option("-d", "--domain", help="The domain, instead of the configured one; '' means all domains.")
    project = click.option("-p", "--project", help="The project, instead of the configured one; '' means all projects.")
    return project(domain(function))


@contextmanager
def usage_errors() -> Iterator[None]:
    """Tells of a name or scope that no secret can have as of a wrong argument."""
    try:
        yield
    except ValueError as error:
        raise click.UsageError(f"{error}") from None


def where(project: str | None, domain: str | None) -> str:
    """A project and domain in words."""
    if project and domain:
        return f"{project}/{domain}"
    if project:
        return f"all domains of {project}"
    return f"{domain} of all projects" if domain else "all projects"
