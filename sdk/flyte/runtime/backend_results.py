"""Cached results on the backend: the worker asks its supervisor, who alone may read and write them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .channel import Channel
    from .results import Outputs


class BackendResults:
    """Keeps results of the action's project and domain."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def find(self, key: str) -> tuple[Outputs, float] | None:
        """Outputs and the time at which they were kept."""
        found = self._channel.ask("find_result", {"key": key})
        return None if found is None else (json.loads(found["outputs"]), found["stored_at"])

    def reserve(self, key: str, max_age_s: float | None) -> Outputs | None:
        """Waits while an equal call makes the result, and gives its outputs; None if they are to be made here."""
        found = self._channel.ask("reserve_result", {"key": key, "max_age_s": max_age_s})
        return None if found is None else json.loads(found["outputs"])

    def keep(self, key: str, outputs: Outputs) -> None:
        """Keeps outputs, in place of what was there."""
        kept = {"key": key, "outputs": json.dumps(outputs, ensure_ascii=False)}
        self._channel.ask("keep_result", kept)
