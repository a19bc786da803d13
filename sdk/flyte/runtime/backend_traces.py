"""Traces on the backend: recorded beside the action, so that whichever invocation runs it again finds them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flyte.types.codec import codec_for

from .controller import Recorded, Traces
from .naming import action_name

if TYPE_CHECKING:
    from .channel import Channel

Json = Any
_OUTPUT = "o0"
"""A trace is read as an action is: what it gave is its output."""


class BackendTraces(Traces):
    """The traces of one action.

    Args:
        channel: To the supervisor.
        action: The action's name.
        replays: Whether an earlier invocation may have recorded any; if not, none is looked for.
    """

    def __init__(self, channel: Channel, action: str, *, replays: bool) -> None:
        super().__init__()
        self._channel = channel
        self._action = action
        self._replays = replays

    def find(self, key: str) -> Recorded | None:
        """What the call gave in an earlier invocation, if it was made."""
        if not self._replays:
            return None
        return _decoded(self._channel.ask("find_trace", {"name": self._name(key)}))

    def keep(self, key: str, function: str, value: Any) -> None:
        """Records what a call gave. Once it returns, the call is not made again."""
        self._channel.ask("keep_trace", self._params(key, function, value))

    async def find_async(self, key: str) -> Recorded | None:
        """The same, without blocking an event loop."""
        if not self._replays:
            return None
        return _decoded(await self._channel.ask_async("find_trace", {"name": self._name(key)}))

    async def keep_async(self, key: str, function: str, value: Any) -> None:
        """The same, without blocking an event loop."""
        await self._channel.ask_async("keep_trace", self._params(key, function, value))

    def _name(self, key: str) -> str:
        return action_name(self._action, key, 0)

    def _params(self, key: str, function: str, value: Any) -> dict[str, Json]:
        text = json.dumps({_OUTPUT: codec_for(Any).encode(value)}, ensure_ascii=False, allow_nan=False)
        return {"name": self._name(key), "function": function, "value": text}


def _decoded(text: str | None) -> Recorded | None:
    return None if text is None else Recorded(codec_for(Any).decode(json.loads(text)[_OUTPUT]))
