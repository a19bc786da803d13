"""List prices: the one table that every estimate is made with. docs/cost.md shows and explains it.

Prices of us-east-1, the largest region, for the first tier of each service and without its free tier. Other regions
differ, some by a third; discounts are between AWS and who pays. AWS's own page is the authority; most of these pages
draw their tables by script, so each figure also names who has written it down for us-east-1, and when.
"""

from __future__ import annotations

import platform
from functools import cache

from flyte.protocol.costs import PriceList, Usage

_SHARED = {
    "region": "us-east-1",
    # The oldest of the dates below.
    "as_of": "July 2025",
    # Source: https://aws.amazon.com/lambda/pricing/; https://git.mcrn.ar/mariano/lambda_local_runner, its
    # lambda-13-cost.md, 11 May 2026
    "million_invocations": 0.20,
    # Source: https://aws.amazon.com/step-functions/pricing/, its table by region: Standard workflows, "US East (N.
    # Virginia) $0.0250"; https://www.wring.co/blog/aws-step-functions-pricing-guide, 14 March 2026
    "thousand_transitions": 0.025,
    # Source: https://aws.amazon.com/dynamodb/pricing/on-demand/, Standard table class. Half of what it was before 1
    # November 2024; https://airbyte.com/data-engineering-resources/dynamodb-pricing, 21 July 2025
    "million_write_units": 0.625,
}
# Source: https://aws.amazon.com/lambda/pricing/, the first 7.5 (arm64) and 6 (x86) billion GB seconds of a month;
# as for invocations, 11 May 2026; the tiers: https://cloudchipr.com/blog/aws-lambda-pricing
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
