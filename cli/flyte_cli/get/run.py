"""`flyte get run`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flyte_cli.choices import KeyValue
from flyte_cli.commands import Command
from flyte_cli.costs import dollars, run_cost_rows
from flyte_cli.get.filters import INSTANT, PHASES, time_filter
from flyte_cli.scope import backend, scope_options
from flyte_cli.shown import action_details, run_row

if TYPE_CHECKING:
    from flyte_cli.settings import Settings


@click.command(cls=Command)
@click.argument("name", required=False)
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="How many to list, at most.")
@click.option("--in-phase", type=PHASES, multiple=True, help="Only runs in this phase; repeatable.")
@click.option("--only-mine", is_flag=True, help="Only runs of the caller.")
@click.option("--paused-only", is_flag=True, help="Only runs that wait for a condition.")
@click.option("--task-name", help="Only runs of this task.")
@click.option("--task-version", help="Only runs of this version.")
@click.option("--created-after", type=INSTANT, help="Only runs created at or after this time.")
@click.option("--created-before", type=INSTANT, help="Only runs created before this time.")
@click.option("--updated-after", type=INSTANT, help="Only runs whose last change was at or after this time.")
@click.option("--updated-before", type=INSTANT, help="Only runs whose last change was before this time.")
@click.option("--with-label", type=KeyValue(), multiple=True, help="Only runs with this label; repeatable.")
@click.option("--with-label-key", multiple=True, help="Only runs with a label of this key; repeatable.")
@click.option("--cost", is_flag=True, help="Of the run NAME: what it costs by its tasks, from all its actions.")
@scope_options
def run(
    name: str | None,
    project: str | None,
    domain: str | None,
    cost: bool,  # noqa: FBT001 - click passes by name
    **filters: Any,
) -> None:
    """List runs, the newest first; or show the run NAME.

    Costs are estimates at list prices: docs/cost.md says what is in them.
    """
    if cost and name is None:
        raise click.UsageError("--cost is of one run: flyte get run NAME --cost. Of many: flyte get cost")
    settings = backend(project, domain)
    if name is None:
        _list(settings, filters)
        return
    if cost:
        _show_cost(settings, name)
        return
    from flyte.remote import Run

    found = Run.get(name)
    record, links = found.record, found.details().action_details.links
    document = record.to_dict() | {"url": found.url} | ({"links": links} if links else {})
    settings.output.details(action_details(record, found.url, links), document)


def _show_cost(settings: Settings, name: str) -> None:
    from flyte._syncify import BACKGROUND
    from flyte.remote import Run
    from flyte.remote._cost import fetch_run_cost

    found = BACKGROUND.run(fetch_run_cost(Run.get(name).record.id))
    settings.output.rows(run_cost_rows(found), found.to_dict(), "The run has no actions.")
    if not settings.output.is_json:
        settings.output.text(f"In all {dollars(found.usd)}, without invocations that are on. See docs/cost.md.")


def _list(settings: Settings, filters: dict[str, Any]) -> None:
    from flyte.remote import Run

    listed = Run.listall(
        in_phase=filters["in_phase"] or None,
        task_name=filters["task_name"],
        task_version=filters["task_version"],
        created_by_subject=_caller() if filters["only_mine"] else None,
        limit=filters["limit"],
        created_at=time_filter(filters["created_after"], filters["created_before"]),
        updated_at=time_filter(filters["updated_after"], filters["updated_before"]),
        with_labels=dict(filters["with_label"]) or None,
        with_label_keys=list(filters["with_label_key"]) or None,
        paused_actions_only=filters["paused_only"],
    )
    records = [each.record for each in listed]
    settings.output.rows(
        [run_row(record) for record in records], [record.to_dict() for record in records], "There are no such runs."
    )


def _caller() -> str:
    from flyte.remote import User

    return str(User.get().subject())
