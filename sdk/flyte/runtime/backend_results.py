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
        found = self._channel.wait(self._channel.call("find_result", {"key": key}))
        return None if found is None else (json.loads(found["outputs"]), found["stored_at"])

    def keep(self, key: str, outputs: Outputs) -> None:
        """Keeps outputs, in place of what was there."""
        kept = {"key": key, "outputs": json.dumps(outputs, ensure_ascii=False)}
        self._channel.wait(self._channel.call("keep_result", kept))
