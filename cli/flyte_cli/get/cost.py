"""`flyte get cost`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from flyte_cli.choices import KeyValue
from flyte_cli.commands import Command
from flyte_cli.costs import cost_row, dollars, prices_note
from flyte_cli.get.filters import INSTANT, PHASES
from flyte_cli.scope import backend, scope_options

if TYPE_CHECKING:
    from flyte.remote._http import Query

_DAYS = 7


@click.command(cls=Command)
@click.option(
    "--by",
    type=click.Choice(["task", "day", "user", "label"]),
    default="task",
    show_default=True,
    help="What to sum up by; days are of UTC.",
)
@click.option("--label-key", help="With --by label: the label whose values to sum up by.")
@click.option("--created-after", type=INSTANT, help=f"Runs created from this time on.  [default: {_DAYS} days ago]")
@click.option("--created-before", type=INSTANT, help="Only runs created before this time.")
@click.option("--in-phase", type=PHASES, multiple=True, help="Only runs in this phase; repeatable.")
@click.option("--task-name", help="Only runs of this task.")
@click.option("--with-label", type=KeyValue(), multiple=True, help="Only runs with this label; repeatable.")
@scope_options
def cost(
    by: str,
    label_key: str | None,
    created_after: datetime | None,
    created_before: datetime | None,
    in_phase: tuple[str, ...],
    task_name: str | None,
    with_label: tuple[tuple[str, str], ...],
    project: str | None,
    domain: str | None,
) -> None:
    """Estimate what runs cost at list prices, by task, day, user or label.

    A run counts with all that it has called. docs/cost.md says what is in the estimate and what is not.
    """
    from flyte._syncify import BACKGROUND
    from flyte.remote._cost import sum_costs
    from flyte.remote._runs import scope_of_lists

    if (by == "label") != (label_key is not None):
        raise click.UsageError("--by label needs --label-key, and only it does.")
    settings = backend(project, domain)
    since = (created_after or datetime.now(UTC) - timedelta(days=_DAYS)).astimezone()
    query: Query = {
        "by": by,
        "label_key": label_key,
        "created_after": since.isoformat(),
        "created_before": created_before.astimezone().isoformat() if created_before else None,
        "phase": list(in_phase),
        "task": task_name,
        "label": [f"{key}={value}" for key, value in with_label],
    }
    rows, prices = BACKGROUND.run(sum_costs(query, scope_of_lists(project, domain)))
    if by == "day":
        rows = tuple(sorted(rows, key=lambda row: row.key))
    whole = sum(row.usd for row in rows)
    document = {"rows": [row.to_dict() for row in rows], "usd": whole, "prices": prices.to_dict()}
    settings.output.rows([cost_row(by, row) for row in rows], document, "There were no such runs.")
    if rows and not settings.output.is_json:
        settings.output.text(f"In all {dollars(whole)}: {prices_note(prices)}")
