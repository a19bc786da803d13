"""Costs as rows and as text: the same in lists, in details and in `flyte get cost`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_cli.progress import duration

if TYPE_CHECKING:
    from flyte.protocol.costs import CostRow, PriceList, RunCost

_CENTS = 0.01


def dollars(usd: float) -> str:
    """`$12.30`; below a cent with two digits that count: `$0.00087`."""
    if usd >= _CENTS or usd == 0:
        return f"${usd:,.2f}"
    digits = next(places for places in range(3, 12) if usd >= 10**-places)
    return f"${usd:.{digits + 1}f}"


def cost_row(by: str, row: CostRow, counted: str = "runs") -> dict[str, str]:
    """A line of a sum."""
    return {
        by: row.key or "(none)",
        counted: f"{row.runs:,}",
        "billed": duration(row.usage.billed_ms / 1000),
        "transitions": f"{row.usage.transitions:,}",
        "cost": dollars(row.usd),
    }


def run_cost_rows(cost: RunCost) -> list[dict[str, str]]:
    """What a run costs, by its tasks."""
    return [cost_row("task", row, "actions") for row in cost.tasks]


def prices_note(prices: PriceList) -> str:
    """Whose prices they are."""
    return f"an estimate at list prices of {prices.region} ({prices.architecture}, {prices.as_of}). See docs/cost.md."
