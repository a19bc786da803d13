"""`flyte get logs`."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import click

from flyte_cli.commands import Command
from flyte_cli.scope import backend, options_of, scope_options

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from flyte.protocol.runs import LogLine
    from flyte_cli.output import Output


@click.command(cls=Command)
@click.argument("run_name")
@click.argument("action_name", required=False)
@click.option(
    "-l",
    "--lines",
    type=click.IntRange(min=0),
    default=30,
    show_default=True,
    help="How many of the last lines to show.",
)
@click.option("-f", "--follow", is_flag=True, help="Show all lines, and those to come until the action has ended.")
@click.option("--show-ts", is_flag=True, help="Show each line's time.")
@click.option("--pretty", is_flag=True, help="Mark the lines of stderr and of the system.")
@click.option("-a", "--attempt", type=click.IntRange(min=1), help="Only this attempt, instead of all.")
@click.option("--filter-system", is_flag=True, help="Leave out the lines of the system.")
@scope_options
def logs(
    run_name: str,
    action_name: str | None,
    lines: int,
    follow: bool,  # noqa: FBT001
    show_ts: bool,  # noqa: FBT001
    pretty: bool,  # noqa: FBT001
    attempt: int | None,
    filter_system: bool,  # noqa: FBT001
    project: str | None,
    domain: str | None,
) -> None:
    """Show log lines of the run RUN_NAME, or of its action ACTION_NAME.

    The last lines of one that failed tell why, also if it never came to run. Ctrl-C while following leaves it running.
    """
    import asyncio

    from flyte.remote import Action
    from flyte.remote._logs import shown, stream

    settings = backend(project, domain)
    found = Action.get(run_name=run_name, name=action_name or "a0")
    # Of one that has ended all lines are wanted, also those that Lambda has yet to deliver.
    lines_of = stream(found.action_id, attempt, follow=follow or found.done())
    wanted = _wanted(lines_of, filter_system=filter_system)

    def text(line: LogLine) -> str:
        return f"{_mark(line) if pretty else ''}{shown(line, show_ts=show_ts)}"

    try:
        asyncio.run(_show(wanted, text, settings.output, None if follow else lines))
    except KeyboardInterrupt:
        from flyte_cli.exits import Exit
        from flyte_cli.run.waiting import leave

        if follow:
            leave(run_name, options_of(project, domain))
        raise click.exceptions.Exit(Exit.INTERRUPTED) from None


async def _show(
    lines: AsyncIterator[LogLine], text: Callable[[LogLine], str], output: Output, last: int | None
) -> None:
    if output.is_json:
        output.document([line.to_dict() async for line in _kept(lines, last)])
        return
    async for line in _kept(lines, last):
        output.text(text(line))


async def _kept(lines: AsyncIterator[LogLine], last: int | None) -> AsyncIterator[LogLine]:
    """All lines as they come, or the last ones once there are no more."""
    if last is None:
        async for line in lines:
            yield line
        return
    kept: deque[LogLine] = deque(maxlen=last)
    async for line in lines:
        kept.append(line)
    for line in kept:
        yield line


async def _wanted(lines: AsyncIterator[LogLine], *, filter_system: bool) -> AsyncIterator[LogLine]:
    async for line in lines:
        if not (filter_system and line.source == "system"):
            yield line


def _mark(line: LogLine) -> str:
    if line.source == "system":
        return click.style("system ", dim=True)
    return click.style("stderr ", fg="red") if line.stream == "stderr" else click.style("stdout ", fg="green")
