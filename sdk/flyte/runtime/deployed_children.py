"""Deployed tasks that a task calls on the backend: actions of their own, started and looked at by the supervisor."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from flyte import _context
from flyte.errors import rebuild
from flyte.protocol.tasks import TaskSpec
from flyte.remote._bind import bind
from flyte.remote._polling import delays

from .channel import CallRefused
from .naming import action_name, call_key, canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .channel import Channel

Json = Any


class DeployedChildren:
    """Runs deployed tasks of the same project and domain as children of the running action."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def run(self, task: str, version: str | None, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """The result of one call: the single output bare, several as a tuple.

        Args:
            task: `environment.function`.
            version: Its version; None for the latest.
            args: Inputs by position.
            kwargs: Inputs by name.

        Raises:
            RemoteTaskNotFoundError: No such task, or not in that version.
            TypeError: An argument is missing, unknown or of the wrong type.
            BaseRuntimeError: What the child failed with.
        """
        context = _context.current()
        assert context is not None, "the controller is called by a running task"  # noqa: S101 - an invariant
        spec = TaskSpec.model_validate_json(await self._ask("describe_task", {"task": task, "version": version}))
        inputs = bind(spec, args, kwargs)
        group = context.group_data.name if context.group_data else None
        key = call_key(f"{spec.name}:{spec.version}", canonical(inputs), group)
        name = action_name(context.action.name, key, context.state.call_number(key))
        asked = {"name": name, "task": spec.name, "version": spec.version, "inputs": inputs}
        await self._ask("start_child", {**asked, "custom_context": context.custom_context})
        return await self._result(spec, name)

    async def _result(self, spec: TaskSpec, name: str) -> Any:
        for delay_s in delays():
            child = await self._ask("look_at_child", {"name": name})
            if child["terminal"]:
                break
            await asyncio.sleep(delay_s)
        if child["outputs"] is None:
            error = child.get("error") or {"code": "ActionAbortedError", "kind": "user", "message": ""}
            message = error["message"] or f"{spec.name} (action {name}) has {child['phase']}"
            raise rebuild(error["code"], error["kind"], message)
        outputs: dict[str, Json] = json.loads(child["outputs"])
        values = tuple(outputs.get(parameter.name) for parameter in spec.interface.outputs)
        return values[0] if len(values) == 1 else values

    async def _ask(self, method: str, params: Json) -> Json:
        try:
            return await asyncio.wrap_future(self._channel.call(method, params))
        except CallRefused as refused:
            raise rebuild(refused.code, "user", str(refused)) from None
