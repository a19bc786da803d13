"""Children that fail: `asyncio.gather` with `return_exceptions`, and try/except around one child.

    flyte run --local examples/failures.py check --urls '["a.example", "broken", "b.example"]'
    flyte run examples/failures.py check --urls '["a.example", "broken", "b.example"]'

All children start at once. A child's exception arrives as `flyte.errors.RuntimeUserError`, whose `code` is the name of
the exception's class. `flyte get action RUN` shows which of them failed.
"""

import asyncio
from dataclasses import dataclass

import flyte
import flyte.errors

env = flyte.TaskEnvironment(name="failures")


@dataclass
class Report:
    """What was found."""

    sizes: dict[str, int]
    failed: dict[str, str]


@env.task
async def probe(url: str) -> int:
    """Says how long the name is; stands for anything that can go wrong."""
    if "." not in url:
        raise ValueError(f"{url!r} is no host name")
    return len(url)


@env.task
async def fallback() -> int:
    """What counts when nothing else could be had."""
    return 0


@env.task
async def check(urls: list[str]) -> Report:
    """Probes all, and goes on without those that fail."""
    found = await asyncio.gather(*(probe(url) for url in urls), return_exceptions=True)
    report = Report(sizes={}, failed={})
    for url, result in zip(urls, found, strict=True):
        if isinstance(result, flyte.errors.RuntimeUserError):
            report.failed[url] = f"{result.code}: {result}"
        elif isinstance(result, BaseException):
            raise result
        else:
            report.sizes[url] = result
    try:
        report.sizes["localhost"] = await probe("localhost")
    except flyte.errors.RuntimeUserError:
        report.sizes["localhost"] = await fallback()
    return report


if __name__ == "__main__":
    flyte.init_from_config()
    print(flyte.run(check, urls=["a.example", "broken", "b.example"]))
