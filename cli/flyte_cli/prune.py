"""`flyte prune`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flyte_cli.commands import Command
from flyte_cli.scope import backend, scope_options
from flyte_cli.shown import moment, size

if TYPE_CHECKING:
    from flyte.remote._versions import Pruned


@click.command(cls=Command)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    required=True,
    help="How many of the newest versions of each environment stay.",
)
@click.option("--dry-run", "--dryrun", is_flag=True, help="Delete nothing; show what would be.")
@scope_options
def prune(
    keep: int,
    dry_run: bool,  # noqa: FBT001 - click passes by name
    project: str | None,
    domain: str | None,
) -> None:
    """Delete old versions of deployed environments, and code and packages that nothing needs any more.

    Versions that are the latest of a task or that runs in progress use stay, whatever their age; so do artifacts
    younger than a day.
    """
    from flyte.remote._versions import prune as prune_remote

    settings = backend(project, domain)
    pruned = prune_remote(keep, dry_run=dry_run)
    if settings.output.is_json:
        settings.output.document(_document(pruned, dry_run=dry_run))
        return
    rows = [
        {
            "environment": each.environment,
            "version": each.version,
            "deployed": moment(each.deployed_at),
            "tasks": str(len(each.tasks)),
            "kept": kept,
        }
        for kept, group in (("", pruned.versions), ("in use", pruned.in_use))
        for each in group
    ]
    if rows:
        settings.output.rows(rows, None, "")
    freed = sum(each.size_bytes for each in pruned.artifacts)
    versions, artifacts = _count(len(pruned.versions), "version"), _count(len(pruned.artifacts), "artifact")
    verb = "Would delete" if dry_run else "Deleted"
    settings.output.text(f"{verb} {versions} and {artifacts} ({size(freed)}).")


def _document(pruned: Pruned, *, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "versions": [each.to_dict() for each in pruned.versions],
        "in_use": [each.to_dict() for each in pruned.in_use],
        "artifacts": [each.to_dict() for each in pruned.artifacts],
    }


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
