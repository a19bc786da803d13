"""The backend as the task that runs here sees it: its supervisor answers for the API, in the action's name.

So `flyte.run` and `flyte.remote` work in a task, which holds no rights of its own: see `flyte._in_task`.
"""

from __future__ import annotations

import functools
import os
import time
from typing import TYPE_CHECKING

from .naming import canonical, digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte._context import TaskContext
    from flyte._initialize import InitState
    from flyte._task import TaskTemplate
    from flyte.protocol.identity import ActionId
    from flyte.protocol.model import Json
    from flyte.protocol.runs import ActionRecord
    from flyte.protocol.tasks import TaskSpec
    from flyte.remote._http import ApiClient

    from .channel import Channel
    from .child_specs import ChildSpecs

_SHORTEST_PAUSE_S, _LONG_PAUSE_S = 0.2, 60.0
_SHARE_OF_AGE, _SHARE_OF_LONG_AGE = 1 / 4, 1 / 60
"""Between two looks at a run, of the time since it was created: a task that is run again does not begin anew. From a
minute on the share is small, so that who waits for a month has looked some 400 times."""


class TaskBackend:
    """The backend of one attempt.

    Args:
        channel: To the supervisor.
        context: The task's.
        spec: The task's specification.
        try_number: Counts what the task's policy has repeated, and nothing that the backend has.
    """

    def __init__(self, channel: Channel, context: TaskContext, spec: TaskSpec, try_number: int) -> None:
        self._try_number = try_number
        self._channel = channel
        self._context = context
        self._spec = spec

    @property
    def creator(self) -> str:
        """What `created_by` says of runs that the task starts."""
        return self._action.as_creator

    @functools.cached_property
    def state(self) -> InitState:
        """What the process works with while the task runs."""
        from flyte._initialize import InitState
        from flyte.config import PlatformConfig
        from flyte.remote._task_client import ENDPOINT

        platform = PlatformConfig(endpoint=ENDPOINT, console_endpoint=os.environ.get("FLYTE_CONSOLE_URL"))
        own = self._context.action
        return InitState(project=own.project, domain=own.domain, platform=platform)

    @functools.cached_property
    def client(self) -> ApiClient:
        """The client of the API."""
        from flyte.remote._task_client import TaskClient

        return TaskClient(self._channel)

    def spec_of(self, task: TaskTemplate[..., object], version: str | None) -> TaskSpec:
        """The specification of a task of this program: with its code and packages, which the backend has.

        Raises:
            DeploymentError: Lambda cannot run it as it is.
        """
        from flyte.protocol.tasks import TaskSpec

        spec = TaskSpec.model_validate_json(self._specs.json_of(task))
        return spec.model_copy(update={"version": version}) if version else spec

    def run_name(self, task: str, version: str, inputs: Mapping[str, Json], name: str | None) -> tuple[str, bool]:
        """The name of a run that is about to be started, and whether an earlier invocation may have started it.

        Without a name it is made of the call, so that a task that is replayed finds the run again. The next try
        starts another one, a repetition that is the backend's doing does not; a run that has a name stays the same one.
        """
        state, own = self._context.state, self._action
        if name is not None:
            return name, state.call_number(f"run {name}") == 0
        text = state.written.by_content(canonical(inputs))
        key = digest("run", own.key, own.action, str(self._try_number), task, version, text)
        return f"r{digest(key, str(state.call_number(key)))[:17]}", True

    async def pause(self, record: ActionRecord) -> None:
        """Waits before the next look at a run; for long, the task is suspended."""
        now = time.time()
        age_s = now - record.created_at.timestamp()
        longest_s = max(_LONG_PAUSE_S, age_s * _SHARE_OF_LONG_AGE)
        pause_s = min(max(age_s * _SHARE_OF_AGE, _SHORTEST_PAUSE_S), longest_s)
        await self._channel.ask_async("sleep_until", {"at": now + pause_s})

    @functools.cached_property
    def _action(self) -> ActionId:
        from flyte.protocol.identity import ActionId

        own = self._context.action
        return ActionId(project=own.project or "", domain=own.domain or "", run=own.run_name or "", action=own.name)

    @functools.cached_property
    def _specs(self) -> ChildSpecs:
        """Loaded when it is first needed, as all here that a task without runs of its own can do without."""
        from .child_specs import ChildSpecs

        return ChildSpecs(self._spec)
