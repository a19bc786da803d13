"""Deploys environments through the SDK, and shows what is there now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flyte_cli.transfers import transfers_shown

if TYPE_CHECKING:
    from pathlib import Path

    from flyte import Environment
    from flyte_cli.deploy.options import DeployOptions
    from flyte_cli.settings import Settings


def deploy_environments(
    environments: list[Environment], root: Path, options: DeployOptions, settings: Settings
) -> None:
    """Deploys, or with `--dry-run` only plans, and prints the environments and tasks.

    Raises:
        click.UsageError: Environments or options do not go together.
        flyte.errors.BaseRuntimeError: The backend could not be asked, or refused.
    """
    import flyte

    settings.initialize_for_code(options, root)
    copy_style: Any = options.copy_style
    try:
        with transfers_shown(silent=settings.no_progress):
            deployments = flyte.deploy(
                *environments, dry_run=options.dry_run, version=options.version, copy_style=copy_style
            )
    except (TypeError, ValueError) as error:
        raise click.UsageError(f"{error}.") from None
    _show(deployments, options, settings)


def _show(deployments: list[Any], options: DeployOptions, settings: Settings) -> None:
    environments = _unique(row for deployment in deployments for row in deployment.env_repr())
    tasks = _unique(row for deployment in deployments for row in deployment.table_repr())
    triggers = _unique(row for deployment in deployments for row in deployment.trigger_repr())
    output = settings.output
    if output.is_json:
        shown = {"environments": environments, "tasks": tasks, "triggers": triggers}
        output.document({"dry_run": options.dry_run, **shown})
        return
    for title, rows in (("Environments", environments), ("Tasks", tasks), ("Triggers", triggers)):
        if title == "Triggers" and not rows:
            continue
        output.text(f"{title} (not deployed: dry run)" if options.dry_run else title)
        output.rows(rows, rows, "none")
        output.text("")
    if tasks and not options.dry_run:
        click.echo(f"Run one with: flyte run deployed-task {tasks[0]['name']}", err=True)


def _unique(rows: Any) -> list[dict[str, str]]:
    """Rows as mappings, each once: two roots may depend on one environment."""
    return [dict(row) for row in dict.fromkeys(tuple(row) for row in rows)]
