"""Names that a mistyped name may have meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN_AT_MOST = 20


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """A question to end an error with, such as ` Did you mean 'tea'?`, or nothing if no name is near."""
    by_lower = {name.lower(): name for name in known}
    close = get_close_matches(given.lower(), list(by_lower), n=3)
    if not close:
        return ""
    return f" Did you mean {' or '.join(repr(by_lower[name]) for name in close)}?"


def listed(names: Iterable[str]) -> str:
    """Names for the end of a sentence, in order, cut when there are too many to read."""
    ordered = list(names)
    shown = ", ".join(ordered[:_SHOWN_AT_MOST])
    left = len(ordered) - _SHOWN_AT_MOST
    return f"{shown} and {left} more" if left > 0 else shown
