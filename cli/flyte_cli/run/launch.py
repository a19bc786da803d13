"""Starts a run, waits for it, and shows what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import click

from flyte_cli.exits import Exit
from flyte_cli.run.results import Ended, Failure, show_detached, show_ended
from flyte_cli.transfers import transfers_shown

if TYPE_CHECKING:
    from flyte_cli.run.options import RunOptions
    from flyte_cli.settings import Settings


@dataclass(frozen=True)
class Launch:
    """One run to be made. `task` is one of the user's, or a deployed one."""

    task: Any
    values: dict[str, Any]
    options: RunOptions
    settings: Settings
    label: str
    local: bool


def launch(request: Launch) -> int:
    """Makes the run; gives the exit code.

    Raises:
        click.UsageError: An argument or an option does not make sense to the SDK.
        flyte.errors.BaseRuntimeError: The backend could not be asked, or refused.
    """
    output = request.settings.output
    if request.local:
        return show_ended(output, _run_here(request))
    try:
        run = _start(request, "remote")
    except KeyboardInterrupt:
        _leave_unknown(request.options)
    if request.options.detach:
        show_detached(output, run)
        return Exit.SUCCEEDED
    from flyte_cli.run.waiting import wait_for

    ended = wait_for(
        run,
        request.label,
        follow=request.options.follow,
        silent=request.settings.no_progress,
        scope=request.options.scope,
    )
    return show_ended(output, ended)


def _leave_unknown(options: RunOptions) -> NoReturn:
    """Says how to find out what became of a run whose start was interrupted: the backend may have been asked for it.

    Raises:
        click.exceptions.Exit: Always, with the code of an interrupted program.
    """
    command = " ".join(("flyte get run", *filter(None, [options.name]))) + options.scope
    click.echo(f"\nInterrupted. The run may have been started. To see whether it was: {command}", err=True)
    raise click.exceptions.Exit(Exit.INTERRUPTED)


def _run_here(request: Launch) -> Ended:
    from flyte.errors import BaseRuntimeError

    try:
        run = _start(request, "local")
    except BaseRuntimeError as error:
        return Ended.failed(request.options.name, Failure.of_error(error))
    return Ended.succeeded(run)


def _start(request: Launch, mode: str) -> Any:
    from flyte import with_runcontext

    options = request.options
    try:
        runner = with_runcontext(
            mode=mode,
            name=options.name,
            version=options.version,
            copy_style=options.copy_style,
            project=options.run_project or options.project,
            domain=options.run_domain or options.domain,
            env_vars=dict(options.env) or None,
            labels=dict(options.label) or None,
            raw_data_path=options.raw_data_path,
            service_account=options.service_account,
            max_action_concurrency=options.max_action_concurrency,
            queue=options.queue,
            debug=options.debug,
            **request.settings.logging_options(),
        )
        with transfers_shown(silent=request.settings.no_progress):
            return runner.run(request.task, **request.values)
    except (TypeError, ValueError) as error:
        raise click.UsageError(_sentence(str(error))) from None


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
