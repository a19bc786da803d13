"""Async functions that plain code can call too: `f(...)` blocks, `await f.aio(...)` does not."""

from __future__ import annotations

from ._syncify import syncify

__all__ = ["syncify"]
