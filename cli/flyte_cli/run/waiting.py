"""Waits for a run on the backend, with its phase and perhaps its logs on stderr."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import click

from flyte_cli.progress import Progress
from flyte_cli.run.results import Ended, Failure

if TYPE_CHECKING:
    from flyte.remote import ActionDetails, Run

_SUCCEEDED = frozenset({"succeeded", "recovered"})


def wait_for(run: Run, label: str, *, follow: bool, silent: bool, scope: str = "") -> Ended:
    """Waits until the run has ended. Ctrl-C leaves it running, and says how to get back to it.

    Args:
        run: The run, as the SDK started it.
        label: What runs, in a word.
        follow: Whether log lines are shown as they come.
        silent: Whether to show nothing but log lines.
        scope: The options that lead other commands to the run, such as ` -p shop`.

    Raises:
        click.exceptions.Exit: Ctrl-C.
    """
    try:
        with Progress(label, silent=silent) as progress:
            progress.line(f"Run {run.name}{f': {run.url}' if run.url else ''}")
            details = asyncio.run(_watch(run, progress, follow=follow))
    except KeyboardInterrupt:
        leave(run.name, scope)
    phase = details.phase.value
    if phase in _SUCCEEDED:
        return Ended(run.name, run.url, phase, outputs=run.outputs())
    return Ended(run.name, run.url, phase, failure=_failure(details), is_traced=follow)


def leave(name: str, scope: str = "") -> None:
    """Says what became of a run that is waited for no longer.

    Raises:
        click.exceptions.Exit: Always, with the code of an interrupted program.
    """
    from flyte_cli.exits import Exit

    click.echo(
        f"\nThe run {name} goes on.\n"
        f"  flyte get run {name}{scope}            show it\n"
        f"  flyte get logs {name}{scope} --follow  follow its logs\n"
        f"  flyte abort run {name}{scope}          stop it",
        err=True,
    )
    raise click.exceptions.Exit(Exit.INTERRUPTED)


async def _watch(run: Run, progress: Progress, *, follow: bool) -> ActionDetails:
    logs = asyncio.create_task(_show_logs(run, progress)) if follow else None
    latest: Any = None
    try:
        async for latest in run.watch():
            progress.phase(latest.phase.value)
    except BaseException:
        if logs:
            logs.cancel()
        raise
    if logs:
        await logs
    details: ActionDetails = latest
    return details


async def _show_logs(run: Run, progress: Progress) -> None:
    from flyte.errors import LogsNotYetAvailableError

    with contextlib.suppress(LogsNotYetAvailableError):
        async for line in run.get_logs.aio():
            progress.log(line)


def _failure(details: ActionDetails) -> Failure | None:
    if details.error_info is not None:
        return Failure.of_record(details.error_info)
    if details.abort_info:
        return Failure("ActionAbortedError", "user", details.abort_info)
    return None
