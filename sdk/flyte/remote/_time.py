"""A span of time to filter lists by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass
class TimeFilter:
    """From `after` to `before`; either may be open. A time without a zone is local time."""

    after: datetime | None = None
    before: datetime | None = None

    def query(self, name: str) -> dict[str, str | int | None]:
        """The query parameters `{name}_after` and `{name}_before`."""
        return {f"{name}_after": _iso(self.after), f"{name}_before": _iso(self.before)}

    def holds(self, moment: datetime) -> bool:
        """Whether a moment lies in the span."""
        after = self.after is None or moment >= self.after.astimezone()
        return after and (self.before is None or moment < self.before.astimezone())


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone().isoformat()
