"""Packages whose public names load when first used."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def lazily(package: str, homes: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """What a package needs to load its names late: `__getattr__` and `__dir__`, in this order.

    Args:
        package: The package's own name.
        homes: Public names, and the module in the package that each is in.
    """

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}{_near(package, name, homes)}")
        value = getattr(import_module(f".{homes[name]}", package), name)
        setattr(sys.modules[package], name, value)
        return value

    return load, lambda: sorted(homes)


def _near(package: str, name: str, homes: Mapping[str, str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, homes, n=1)
    return f"; did you mean {package}.{near[0]}?" if near else ""
