"""Hints that a module of their own takes care of, by the package that the hint's class is from.

The module loads when such a hint is met, so that nobody pays for libraries that a program does not use.
"""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any, get_args, get_origin

_MODULES: dict[str, str] = {
    "pandas": "flyte.io._frame_hints",
    "polars": "flyte.io._frame_hints",
    "pyarrow": "flyte.io._frame_hints",
    "flyte.io": "flyte.io._frame_hints",
}


def register(package: str, module: str) -> None:
    """Lets `module.prepare(hint)` take care of hints whose class is from `package`."""
    _MODULES[package] = module


def prepared(hint: Any) -> Any | None:
    """The hint as pydantic should read it, from the module that takes care of it; None if none does."""
    cls = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if not isinstance(cls, type):
        return None
    parts = cls.__module__.split(".")
    module = _MODULES.get(parts[0]) or _MODULES.get(".".join(parts[:2]))
    return None if module is None else import_module(module).prepare(hint)
