"""Notices when Flyte's own distribution is installed beside this one: both own the package `flyte`."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_FLYTE = re.compile(r"flyte-(\d[^-]*)\.(?:dist|egg)-info")


def other_distribution(search: Iterable[str] | None = None) -> str | None:
    """The version of the distribution `flyte` on the search path, or None. Lists folders, and loads nothing."""
    for folder in sys.path if search is None else search:
        if not folder.endswith(("site-packages", "dist-packages")) or not os.path.isdir(folder):  # noqa: PTH112 - quick
            continue
        for name in os.listdir(folder):  # noqa: PTH208 - quick
            if match := _FLYTE.fullmatch(name):
                return match[1]
    return None


def notice(version: str) -> str:
    """What to tell of it, and what to do."""
    return (
        f"Warning: the distributions flyte {version} and flyte-lambda are both installed. Both own the package "
        "`flyte`, so either may be broken. Keep one of them:\n"
        "  pip uninstall --yes flyte flyte-lambda && pip install flyte-lambda"
    )
