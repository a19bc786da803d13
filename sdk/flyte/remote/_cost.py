"""What runs cost, as the API estimates it: of one run, and summed up over many."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, TypeVar

from flyte.protocol.costs import CostPage, CostRow, PriceList, RunCost, Usage

from ._http import Query, get_client, scope_path

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from flyte.protocol.identity import RunId

_SUMMED_PER_PAGE = 1000
PageT = TypeVar("PageT", CostPage, RunCost)


async def fetch_run_cost(run: RunId) -> RunCost:
    """What a run costs by its tasks, from all its actions."""
    pages = [page async for page in _pages(scope_path(run.project, run.domain, "runs", run.run, "cost"), RunCost, {})]
    return RunCost(
        run=run.run,
        usage=sum((page.usage for page in pages), Usage()),
        usd=sum(page.usd for page in pages),
        tasks=_summed(page.tasks for page in pages),
    )


async def sum_costs(query: Query, scope: tuple[str, str]) -> tuple[tuple[CostRow, ...], PriceList]:
    """What runs that fit a query of the API cost by the key that it names, the dearest first; and at which prices."""
    pages = [page async for page in _pages(scope_path(*scope, "costs"), CostPage, query)]
    return _summed(page.rows for page in pages), pages[-1].prices


async def _pages(path: str, model: type[PageT], query: Query) -> AsyncIterator[PageT]:
    cursor: str | None = None
    while True:
        page = await get_client().get(path, model, {**query, "limit": _SUMMED_PER_PAGE, "cursor": cursor})
        yield page
        if (cursor := page.cursor) is None:
            return


def _summed(pages: Iterable[tuple[CostRow, ...]]) -> tuple[CostRow, ...]:
    rows: dict[str, CostRow] = {}
    for row in itertools.chain.from_iterable(pages):
        rows[row.key] = _together(rows[row.key], row) if row.key in rows else row
    return tuple(sorted(rows.values(), key=lambda row: (-row.usd, row.key)))


def _together(first: CostRow, second: CostRow) -> CostRow:
    return CostRow(
        key=first.key, runs=first.runs + second.runs, usage=first.usage + second.usage, usd=first.usd + second.usd
    )
