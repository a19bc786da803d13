"""The `flyte` command: runs the command line and turns every end of it into a message and an exit code."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

import click

from flyte_cli.distributions import notice, other_distribution
from flyte_cli.exits import Exit, exit_of
from flyte_cli.root import flyte

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(args: Sequence[str] | None = None) -> None:
    """Runs one command and exits."""
    if "_FLYTE_COMPLETE" in os.environ:
        sys.exit(_complete())
    if (version := other_distribution()) is not None:
        click.echo(notice(version), err=True)
    sys.exit(run(sys.argv[1:] if args is None else args))


def run(args: Sequence[str]) -> int:
    """Runs one command and gives its exit code."""
    try:
        code = flyte.main(list(args), prog_name="flyte", standalone_mode=False)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted.", err=True)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        _discard_stdout()
        return Exit.RUN_FAILED
    except Exception as error:
        if (known := exit_of(error)) is None:
            raise
        from flyte_cli.failures import show_error

        show_error(str(error))
        return known
    return int(code or Exit.SUCCEEDED)


def _complete() -> int:
    """Tells a shell what could come next. Words that lead nowhere offer nothing: a shell has no place for a message."""
    with contextlib.suppress(Exception, SystemExit):
        flyte.main([], prog_name="flyte")
    return Exit.SUCCEEDED


def _discard_stdout() -> None:
    """Whoever read us has gone; the interpreter's last flush must not fail as well."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
