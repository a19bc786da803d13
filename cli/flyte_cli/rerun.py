"""`flyte rerun`: an earlier run's code again, with its inputs or others, and perhaps with what succeeded in it."""

from __future__ import annotations

from typing import Any

import click

from flyte_cli.choices import KeyValue
from flyte_cli.exits import Exit
from flyte_cli.rerun_command import RerunCommand
from flyte_cli.scope import backend, scope_options


@click.command(cls=RerunCommand, no_args_is_help=True)
@click.argument("run_name")
@click.option("--name", help="The name of the new run.")
@click.option("-e", "--env", multiple=True, type=KeyValue(), help="An environment variable of the task; repeatable.")
@click.option("--label", multiple=True, type=KeyValue(), help="A label of the run; repeatable.")
@click.option("-f", "--follow", is_flag=True, help="Show the run's log lines while it is waited for.")
@click.option("--detach", is_flag=True, help="Do not wait: print the run's name and end.")
@click.option("--action-name", default="a0", show_default=True, help="The action to run again, as a run of its own.")
@click.option("--recover", is_flag=True, help="Run only what failed or never ran; what succeeded serves.")
@click.option(
    "--force-rerun-action",
    multiple=True,
    metavar="ACTION",
    help="With --recover: run this action in any case; repeatable.",
)
@click.option("--allow-missing-outputs", is_flag=True, help="With --recover: run actions again whose outputs are gone.")
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
    inputs: dict[str, Any],
) -> int:
    """Run the code of the run RUN_NAME again: `flyte rerun RUN_NAME --message hello`.

    Inputs that are left out are those of the run; `flyte rerun RUN_NAME --help` lists them. Variables and labels are
    added to those that it had. With --recover, actions that succeeded are not run again if they are called with the
    same inputs.
    """
    if force_rerun_action and not recover:
        raise click.UsageError("--force-rerun-action needs --recover: without it every action is run.")
    if recover and action_name not in {"", "a0"}:
        raise click.UsageError(f"--recover is for a whole run: leave it or --action-name {action_name} out.")
    import flyte
    from flyte.types.by_schema import WireJson
    from flyte_cli.run.results import show_detached, show_ended
    from flyte_cli.run.waiting import wait_for

    settings = backend(project, domain)
    runner = flyte.with_runcontext(mode="remote", name=name, env_vars=dict(env) or None, labels=dict(label) or None)
    values = {each: WireJson(value) for each, value in inputs.items()}
    try:
        run = runner.rerun(run_name, action_name, recover, force_rerun_action, allow_missing_outputs, **values)
    except (TypeError, ValueError) as error:
        raise click.UsageError(str(error)) from None
    if detach:
        show_detached(settings.output, run)
        return Exit.SUCCEEDED
    ended = wait_for(run, run.record.short_name or run.record.task_name, follow=follow, silent=settings.no_progress)
    return show_ended(settings.output, ended)
