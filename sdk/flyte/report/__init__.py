"""HTML reports of a task: `flyte.report.log("<h1>…</h1>")`, in tabs, kept beside the action's outputs."""

from __future__ import annotations

from ._report import Report, Tab, current_report, flush, get_tab, log, replace, save
from ._timeline import Timeline, abbreviate, duration_ms

__all__ = [
    "Report",
    "Tab",
    "Timeline",
    "abbreviate",
    "current_report",
    "duration_ms",
    "flush",
    "get_tab",
    "log",
    "replace",
    "save",
]
