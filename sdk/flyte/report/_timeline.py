"""A chronological list in a tab of the report: one row for each thing that happened, such as the steps of an agent."""

from __future__ import annotations

import html
from datetime import datetime
from typing import Any

from ._report import get_tab

_LONGEST_CHARACTERS = 20_000
"""What a row holds of one value at most. Ours: a report is a page that somebody opens."""


def abbreviate(value: Any, limit: int = 300) -> str:
    """A value as HTML text; a long one can be opened in place.

    Args:
        value: Anything; None is an empty text.
        limit: How many characters are shown before it is opened.
    """
    text = "" if value is None else str(value)
    if len(text) <= limit:
        return html.escape(text)
    whole = text[:_LONGEST_CHARACTERS]
    left_out = f" … and {len(text) - len(whole)} more characters" if len(text) > len(whole) else ""
    return (
        f"<details><summary>{html.escape(text[:limit])}… (+{len(text) - limit})</summary>"
        f"<pre>{html.escape(whole)}{left_out}</pre></details>"
    )


def duration_ms(start_iso: Any, end_iso: Any) -> str:
    """What lies between two moments in ISO 8601, such as `250 ms`; an empty text where one is missing or is none."""
    try:
        start, end = (datetime.fromisoformat(str(moment)) for moment in (start_iso, end_iso))
        return f"{(end - start).total_seconds() * 1000:.0f} ms"
    except (TypeError, ValueError):
        return ""


class Timeline:
    """Writes rows to a tab of the running task's report; outside of a run they are kept nowhere.

    Args:
        tab_name: The tab, which is made if it is not there.
    """

    def __init__(self, tab_name: str = "main") -> None:
        self._tab_name = tab_name

    def heading(self, text: Any) -> None:
        """Begins a section."""
        get_tab(self._tab_name).log(f"<h3>{html.escape(str(text))}</h3>")

    def row(self, *, icon: str = "•", label: Any = "", meta: str = "", detail: str = "", error: Any = None) -> None:
        """Adds what happened.

        Args:
            icon: A character in front.
            label: What it was, as text.
            meta: HTML beside the label, such as what `duration_ms` gives.
            detail: HTML below, such as what `abbreviate` gives.
            error: What went wrong, as text.
        """
        parts = [f"<b>{html.escape(icon)} {html.escape(str(label))}</b>"]
        if meta:
            parts.append(f"<small>{meta}</small>")
        if detail:
            parts.append(f"<div>{detail}</div>")
        if error is not None:
            parts.append(f'<div style="color:#b00">{abbreviate(error)}</div>')
        get_tab(self._tab_name).log(f'<div style="margin:.25rem 0">{" ".join(parts)}</div>')
