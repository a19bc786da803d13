"""What a check finds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Verdict = Literal["ok", "warning", "wrong", "skipped"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check has found. `fix` says what to do where the verdict is `warning` or `wrong`."""

    check: str
    verdict: Verdict
    found: str
    fix: str = ""

    def to_dict(self) -> dict[str, str]:
        """For JSON."""
        return asdict(self)


def ok(check: str, found: str) -> Finding:
    """Nothing to do."""
    return Finding(check, "ok", found)


def skipped(check: str, why: str) -> Finding:
    """It could not be looked at, because of what another check has found; or there is nothing to look at."""
    return Finding(check, "skipped", why)


def warning(check: str, found: str, fix: str) -> Finding:
    """It works, up to a point."""
    return Finding(check, "warning", found, fix)


def wrong(check: str, found: str, fix: str) -> Finding:
    """It does not work."""
    return Finding(check, "wrong", found, fix)
