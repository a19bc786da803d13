"""`flyte rerun`: an earlier run's code again, with its inputs."""

from __future__ import annotations

import click

from flyte_cli.choices import KeyValue
from flyte_cli.commands import Command
from flyte_cli.exits import Exit
from flyte_cli.scope import backend, scope_options


@click.command(cls=Command)
@click.argument("run_name")
@click.option("--name", help="The name of the new run.")
@click.option("-e", "--env", multiple=True, type=KeyValue(), help="An environment variable of the task; repeatable.")
@click.option("--label", multiple=True, type=KeyValue(), help="A label of the run; repeatable.")
@click.option("-f", "--follow", is_flag=True, help="Show the run's log lines while it is waited for.")
@click.option("--detach", is_flag=True, help="Do not wait: print the run's name and end.")
@click.option("--action-name", default="a0", show_default=True, help="The action to run again, as a run of its own.")
@click.option("--recover", is_flag=True, hidden=True)
@click.option("--force-rerun-action", multiple=True, hidden=True)
@click.option("--allow-missing-outputs", is_flag=True, hidden=True)
@scope_options
def rerun(
    run_name: str,
    name: str | None,
    env: tuple[tuple[str, str], ...],
    label: tuple[tuple[str, str], ...],
    follow: bool,  # noqa: FBT001
    detach: bool,  # noqa: FBT001
    action_name: str,
    recover: bool,  # noqa: FBT001
    force_rerun_action: tuple[str, ...],
    allow_missing_outputs: bool,  # noqa: FBT001
    project: str | None,
    domain: str | None,
) -> int:
    """Run the code of the run RUN_NAME again, with the same inputs."""
    if recover or force_rerun_action or allow_missing_outputs:
        raise click.UsageError("--recover is not available: a rerun runs every action again.")
    import flyte
    from flyte_cli.run.results import show_detached, show_ended
    from flyte_cli.run.waiting import wait_for

    settings = backend(project, domain)
    runner = flyte.with_runcontext(mode="remote", name=name, env_vars=dict(env) or None, labels=dict(label) or None)
    run = runner.rerun(run_name, action_name)
    if detach:
        show_detached(settings.output, run)
        return Exit.SUCCEEDED
    ended = wait_for(run, run.record.short_name or run.record.task_name, follow=follow, silent=settings.no_progress)
    return show_ended(settings.output, ended)
