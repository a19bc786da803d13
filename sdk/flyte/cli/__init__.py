"""The command `flyte` for programs: `from flyte.cli import main`, which is a click group."""

from __future__ import annotations

from .main import main

__all__ = ["main"]
