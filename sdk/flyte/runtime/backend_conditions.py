"""Conditions on the backend: actions that the supervisor opens, and that end when somebody signals them."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import TYPE_CHECKING, Any

from flyte.errors import ConditionFailedError, rebuild

from .naming import action_name, call_key

if TYPE_CHECKING:
    from flyte._condition import Condition
    from flyte._context import TaskContext

    from .channel import Channel

Json = Any


class BackendConditions:
    """The conditions of one action.

    Args:
        channel: To the supervisor.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._actions: dict[str, str] = {}
        self._waits = itertools.count(1)

    async def begin(self, context: TaskContext, condition: Condition[Any]) -> None:
        """Opens the condition, or finds it where an earlier invocation has opened it."""
        opened = await self._channel.ask_async("new_condition", _request(context, condition))
        self._actions[condition.name] = opened["name"]
        if opened["is_new"] and condition.webhook is not None:
            from .webhooks import tell

            await asyncio.to_thread(tell, condition, context.action, opened["name"], opened["path"])

    async def wait(self, context: TaskContext, condition: Condition[Any]) -> Any:
        """The answer. Who stops waiting leaves the condition open."""
        if condition.name not in self._actions:  # made before the task began
            await self.begin(context, condition)
        asked = {"name": self._actions[condition.name], "wait": next(self._waits)}
        try:
            ended = await self._channel.ask_async("wait_condition", asked)
        except asyncio.CancelledError:
            self._channel.call("leave_condition", asked)
            raise
        return _answer(condition, ended)


def _request(context: TaskContext, condition: Condition[Any]) -> Json:
    key = call_key("condition", condition.name, None)
    return {
        "name": action_name(context.action.name, key, 0),
        "condition": {
            "name": condition.name,
            "prompt": condition.prompt,
            "prompt_type": condition.prompt_type,
            "data_type": condition.data_type.__name__,
            "description": condition.description,
        },
        "timeout_s": condition.timeout_s,
    }


def _answer(condition: Condition[Any], ended: dict[str, Json]) -> Any:
    if ended["outputs"] is not None:
        return condition.data_type(json.loads(ended["outputs"])["o0"])
    error = ended.get("error")
    if error is not None:
        raise rebuild(error["code"], error["kind"], error["message"])
    raise ConditionFailedError(f"the condition {condition.name!r} was {ended['phase']} before anybody answered")
