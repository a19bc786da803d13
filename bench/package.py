"""The function package: what Lambda has to fetch and unpack at a cold start."""

from __future__ import annotations

from collections.abc import Iterator

from .measure import Row

LIMIT_MB = 15


def rows() -> Iterator[Row]:
    """The size of the zip for this machine's platform."""
    from flyte._home import flyte_home
    from flyte_cli.backend.package import Target, build

    size_mb = build(Target.of_this_machine(), flyte_home() / "cache").stat().st_size / 1e6
    yield Row("runner package, zipped", size_mb, "MB", "", None, f"≤ {LIMIT_MB} MB", size_mb <= LIMIT_MB)
