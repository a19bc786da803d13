"""What runs cost, as the API estimates it: of one run, and summed up over many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte.protocol.costs import CostPage, CostRow, PriceList, RunCost

from ._http import Query, get_client, scope_path

if TYPE_CHECKING:
    from flyte.protocol.identity import RunId

_RUNS_PER_PAGE = 1000


async def fetch_run_cost(run: RunId) -> RunCost:
    """What a run costs by its tasks, from all its actions."""
    return await get_client().get(scope_path(run.project, run.domain, "runs", run.run, "cost"), RunCost)


async def sum_costs(query: Query, scope: tuple[str, str]) -> tuple[tuple[CostRow, ...], PriceList]:
    """What runs that fit a query of the API cost by the key that it names, the dearest first; and at which prices."""
    rows: dict[str, CostRow] = {}
    cursor: str | None = None
    while True:
        page = await get_client().get(
            scope_path(*scope, "costs"), CostPage, {**query, "limit": _RUNS_PER_PAGE, "cursor": cursor}
        )
        for row in page.rows:
            rows[row.key] = _together(rows[row.key], row) if row.key in rows else row
        if (cursor := page.cursor) is None:
            return tuple(sorted(rows.values(), key=lambda row: (-row.usd, row.key))), page.prices


def _together(first: CostRow, second: CostRow) -> CostRow:
    return CostRow(
        key=first.key, runs=first.runs + second.runs, usage=first.usage + second.usage, usd=first.usd + second.usd
    )
