"""The controller on the backend: each task that the running one calls is an action of its own.

The worker only asks. Its supervisor starts a child once a name, answers when the child has ended, and knows the
children of earlier invocations: so a task that runs again finds what it did before (`functions/runner/children.py`).
"""

from __future__ import annotations

import asyncio
import functools
import json
from typing import TYPE_CHECKING, Any

from flyte.errors import rebuild
from flyte.protocol.tasks import TaskSpec
from flyte.remote._bind import bind
from flyte.remote._override import with_overrides
from flyte.types.guessed import decode_by_schema

from .child_call import ChildCall, child_name, raised, running_task
from .naming import canonical
from .results import cache_key

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from flyte._task import TaskTemplate

    from .channel import Channel
    from .child_specs import ChildSpecs

Json = Any


class ChildActions:
    """Starts children of the running action and waits for them.

    Args:
        channel: To the supervisor.
        spec: The running task's specification.
    """

    def __init__(self, channel: Channel, spec: TaskSpec) -> None:
        self._channel = channel
        self._spec = spec

    def submit(self, task: TaskTemplate[..., Any], values: Mapping[str, Any]) -> Coroutine[Any, Any, Any]:
        """A child of the running action, as a coroutine of its result; it starts with the coroutine."""
        call = ChildCall.made(task, values)
        return self._result(call, self._request(call))

    def submit_blocking(self, task: TaskTemplate[..., Any], values: Mapping[str, Any]) -> Any:
        """A child of the running action, for a caller that blocks."""
        call = ChildCall.made(task, values)
        answer = self._channel.ask("run_child", self._request(call))
        return task.interface.decode_outputs(_outputs(call.task.name, call.name, answer))

    async def sleep_until(self, at: float) -> None:
        """Sleeps; the longer, the less likely in an invocation that is billed for it."""
        await self._channel.ask_async("sleep_until", {"at": at})

    def sleep_until_blocking(self, at: float) -> None:
        """The same for a caller that blocks."""
        self._channel.ask("sleep_until", {"at": at})

    async def submit_deployed(
        self,
        task: str,
        version: str | None,
        overrides: Mapping[str, Any],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> Any:
        """A deployed task of the same project and domain as a child: the single output bare, several as a tuple.

        Raises:
            RemoteTaskNotFoundError: No such task, or not in that version.
            TypeError: An argument is missing, unknown or of the wrong type.
            BaseRuntimeError: What the child failed with.
        """
        parent = running_task()
        found = await self._channel.ask_async("describe_task", {"task": task, "version": version})
        spec = TaskSpec.model_validate_json(found)
        inputs = bind(spec, args, kwargs)
        name = child_name(parent, f"{spec.name}:{spec.version}", canonical(inputs))
        called: dict[str, Json] = {"task": {"name": spec.name, "version": spec.version}}
        if overrides:
            called = {"spec": with_overrides(spec, overrides).to_json(), "says_itself": True}
        outputs = await self._ended(spec.name, {**called, **_common(parent, name, inputs)})
        values = tuple(decode_by_schema(outputs.get(each.name), each.json_schema) for each in spec.interface.outputs)
        return values[0] if len(values) == 1 else values

    async def _result(self, call: ChildCall, request: dict[str, Json]) -> Any:
        return call.task.interface.decode_outputs(await self._ended(call.task.name, request))

    async def _ended(self, task_name: str, request: dict[str, Json]) -> dict[str, Json]:
        """The outputs of a child, once it has ended. Who stops waiting for it aborts it."""
        try:
            answer = await self._channel.ask_async("run_child", request)
        except asyncio.CancelledError:
            self._channel.call("abort_child", {"name": request["name"]})
            raise
        return _outputs(task_name, request["name"], answer)

    def _request(self, call: ChildCall) -> dict[str, Json]:
        cache = None
        if call.task.cache_request.is_enabled():
            request = call.task.cache_request
            cache = {
                "key": cache_key(call.task, call.inputs),
                "max_age_s": request.max_age_s,
                "overwrite": request.behavior == "override",
            }
        return {"spec": self._specs.json_of(call.task), "cache": cache, **_common(call.parent, call.name, call.inputs)}

    @functools.cached_property
    def _specs(self) -> ChildSpecs:
        """Loaded with the first call: a task that calls none needs none of it."""
        from .child_specs import ChildSpecs

        return ChildSpecs(self._spec)


def _common(parent: Any, name: str, inputs: Json) -> dict[str, Json]:
    group = parent.group_data
    return {
        "name": name,
        "inputs": inputs,
        "group": group and group.name,
        "group_size": group and group.size,
        "custom_context": parent.custom_context,
    }


def _outputs(task_name: str, name: str, ended: dict[str, Json]) -> dict[str, Json]:
    """The outputs of a child that has ended.

    Raises:
        BaseRuntimeError: It failed.
    """
    if ended["outputs"] is not None:
        outputs: dict[str, Json] = json.loads(ended["outputs"])
        return outputs
    error = ended.get("error")
    if error is None:
        raise rebuild("ActionAbortedError", "user", f"{task_name} (action {name}) was {ended['phase']}")
    raise raised(error["code"], error["kind"], error["message"], error.get("traceback", ""))
