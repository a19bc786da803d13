"""How errors look on stderr, and the traceback of a file that cannot be imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flyte_cli.exits import Exit

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_HEADER = "Traceback (most recent call last):"


class LoadFailure(click.ClickException):
    """The user's file raised while it was imported."""

    exit_code = Exit.RUN_FAILED

    def __init__(self, path: Path, error: BaseException) -> None:
        super().__init__(f"{path} cannot be imported:\n{import_traceback(error)}")
        self.path = path


def show_error(message: str) -> None:
    """One error on stderr, in the form that click's own have."""
    click.ClickException(message).show()


def import_traceback(error: BaseException) -> str:
    """The traceback of a failed import with the user's frames alone, and without the header line."""
    from flyte.runtime.tracebacks import user_traceback

    lines = user_traceback(error.with_traceback(_after_ours(error))).splitlines()
    return "\n".join(line for line in lines if line != _HEADER)


def _after_ours(error: BaseException) -> TracebackType | None:
    here = error.__traceback__
    return here.tb_next if here else None
