"""List prices: the one table that every estimate is made with. docs/cost.md shows and explains it.

Prices of us-east-1, the largest region, for the first tier of each service and without its free tier. Other regions
differ, some by a third; discounts are between AWS and who pays.
Source: the pricing pages of AWS Lambda, AWS Step Functions (Standard workflows) and Amazon DynamoDB (on-demand).
"""

from __future__ import annotations

import platform
from functools import cache

from flyte.protocol.costs import PriceList, Usage

_SHARED = {
    "region": "us-east-1",
    "as_of": "2025",
    "million_invocations": 0.20,
    "thousand_transitions": 0.025,
    "million_write_units": 0.625,
}
PRICES = {
    "arm64": PriceList(architecture="arm64", gb_second=0.0000133334, **_SHARED),
    "x86_64": PriceList(architecture="x86_64", gb_second=0.0000166667, **_SHARED),
}
"""By the architecture of the functions."""

_MB_MS_IN_GB_S = 1024 * 1000


@cache
def prices_here() -> PriceList:
    """The prices for the architecture of this function, which is that of all functions of the stack."""
    return PRICES["arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"]


def usd(usage: Usage, prices: PriceList) -> float:
    """What it costs in US dollars; rounded to what makes a difference in a million runs."""
    return round(
        usage.memory_mb_ms / _MB_MS_IN_GB_S * prices.gb_second
        + usage.invocations / 1e6 * prices.million_invocations
        + usage.transitions / 1e3 * prices.thousand_transitions
        + usage.write_units / 1e6 * prices.million_write_units,
        9,
    )
