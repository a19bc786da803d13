"""Triggers on the backend: made by hand, listed, switched, deleted. Those that code declares are made by deploying."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flyte._initialize import require_backend
from flyte._names import checked
from flyte._notifications import from_wire
from flyte._syncify import syncify

from ._bind import bind
from ._http import get_client, scope_path
from ._task import LATEST, TaskDetails

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    import flyte
    from flyte._runcontext import RunOptions
    from flyte.protocol.model import Model
    from flyte.protocol.triggers import TriggerId, TriggerRecord

PAGE = 100


class TriggerDetails:
    """A trigger with everything known of it."""

    def __init__(self, record: TriggerRecord) -> None:
        self.record = record

    @syncify
    @classmethod
    async def get(cls, *, name: str, task_name: str) -> TriggerDetails:
        """The trigger of that name of a task.

        Raises:
            RuntimeUserError: `TriggerNotFound`: there is none.
        """
        return TriggerDetails(await _call("GET", task_name, name))

    @property
    def id(self) -> TriggerId:
        """Project, domain, task and name."""
        return self.record.id

    @property
    def name(self) -> str:
        """Its name within the task."""
        return self.record.id.name

    @property
    def task_name(self) -> str:
        """The task that it starts."""
        return self.record.id.task

    @property
    def is_active(self) -> bool:
        """Whether it starts the task when it is due."""
        return self.record.active

    @property
    def automation_spec(self) -> flyte.Cron | flyte.FixedRate | None:
        """When it is due; None for one that is fired by hand alone."""
        from flyte._deploy._triggers import automation_of

        return automation_of(self.record.spec)

    @property
    def url(self) -> str:
        """Where people can see it: the console, else the API itself."""
        from ._endpoint import parse_endpoint

        platform, at = require_backend().platform, self.record.id
        if platform.console_endpoint:
            base = parse_endpoint(platform.console_endpoint, insecure=platform.insecure).url
            return f"{base}/v2/domain/{at.domain}/project/{at.project}/triggers/{at.task}/{at.name}"
        endpoint = parse_endpoint(platform.endpoint or "", insecure=platform.insecure)
        return f"{endpoint.url}{scope_path(at.project, at.domain, 'tasks', at.task, 'triggers', at.name)}"

    @property
    def trigger(self) -> Trigger:
        """The same as it is listed."""
        return Trigger(self.record)

    @property
    def metadata(self) -> dict[str, Any]:
        """Who made it and when, and whether code declares it."""
        kept = self.record.to_dict()
        return {name: kept[name] for name in ("created_by", "created_at", "updated_at", "declared")}

    @property
    def status(self) -> str:
        """`active` or `inactive`."""
        return "active" if self.is_active else "inactive"

    def to_dict(self) -> dict[str, Any]:
        """A dict of JSON values."""
        return self.record.to_dict()

    def to_json(self) -> str:
        """JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r}, task_name={self.task_name!r}, {self.status})"


class Trigger(TriggerDetails):
    """A trigger as it is listed."""

    @property
    def details(self) -> TriggerDetails:
        """Everything known of it."""
        return TriggerDetails(self.record)

    async def get_details(self) -> TriggerDetails:
        """The same, for programs that await it."""
        return self.details

    @syncify
    @classmethod
    async def create(cls, trigger: flyte.Trigger, task_name: str, task_version: str | None = None) -> Trigger:
        """Makes a trigger of a deployed task, or changes one that was made so.

        Args:
            trigger: The trigger.
            task_name: `environment.function`.
            task_version: The version that it starts; by default always the latest.

        Raises:
            RemoteTaskNotFoundError: no such task, or not in that version.
            DeploymentError: it could not start the task.
            RuntimeUserError: `TriggerDeclared`: code declares it, and would change it back.
        """
        from flyte._deploy._triggers import specify_trigger
        from flyte.protocol.triggers import PutTriggerRequest

        details = await TaskDetails.of(task_name, task_version or LATEST, None, None)

        def encode(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
            return bind(details.spec, (), inputs)

        spec = specify_trigger(trigger, task_name, encode)
        body = PutTriggerRequest(spec=spec, task_version=task_version)
        return cls(await _call("PUT", task_name, trigger.name, body))

    @syncify
    @classmethod
    async def listall(
        cls, task_name: str | None = None, task_version: str | None = None, limit: int = 100
    ) -> AsyncIterator[Trigger]:
        """Triggers by task and name.

        Args:
            task_name: Only of this task.
            task_version: Only those that were made for this version.
            limit: At most so many.
        """
        from flyte.protocol.triggers import TriggerPage

        query: dict[str, str | int | None] = {"limit": min(limit, PAGE), "task": task_name}
        left = limit
        while left > 0:
            page = await get_client().get(_path("triggers"), TriggerPage, query)
            wanted = [each for each in page.triggers if task_version in {None, each.task_version}]
            for record in wanted[:left]:
                yield cls(record)
            left -= len(wanted)
            if page.cursor is None:
                return
            query["cursor"] = page.cursor

    @syncify
    @classmethod
    async def update(cls, name: str, task_name: str, active: bool) -> None:  # noqa: FBT001 - Flyte's signature
        """Switches a trigger on or off.

        Raises:
            RuntimeUserError: `TriggerNotFound`: there is none.
        """
        from flyte.protocol.triggers import ActivateTriggerRequest

        await _call("PATCH", task_name, name, ActivateTriggerRequest(active=active))

    @syncify
    @classmethod
    async def delete(cls, name: str, task_name: str, project: str | None = None, domain: str | None = None) -> None:
        """Deletes a trigger. One that code declares comes back when its task is deployed again.

        Raises:
            RuntimeUserError: `TriggerNotFound`: there is none.
        """
        await _call("DELETE", task_name, name, project=project, domain=domain)


async def fired_by_hand(
    trigger: TriggerDetails, args: tuple[Any, ...], kwargs: Mapping[str, Any], options: RunOptions
) -> tuple[TaskDetails, dict[str, Any], RunOptions]:
    """What a trigger would start if it were due now: the task, inputs by name, and options.

    Inputs and options that are given count more than the trigger's.
    """
    from flyte.types.by_schema import WireJson

    record, spec = trigger.record, trigger.record.spec
    at = record.id
    task = await TaskDetails.of(at.task, record.task_version or LATEST, at.project, at.domain)
    by_position = {parameter.name for parameter in task.interface.inputs[: len(args)]}
    own = {
        name: WireJson(value) for name, value in spec.inputs_at(datetime.now(UTC)).items() if name not in by_position
    }
    merged = dataclasses.replace(
        options,
        project=options.project or at.project,
        domain=options.domain or at.domain,
        env_vars={**spec.env_vars, **(options.env_vars or {})},
        labels={**spec.labels, **(options.labels or {})},
        annotations={**spec.annotations, **(options.annotations or {})},
        custom_context={**spec.custom_context, **(options.custom_context or {})},
        overwrite_cache=options.overwrite_cache or spec.overwrite_cache,
        max_action_concurrency=options.max_action_concurrency or spec.max_action_concurrency,
        notifications=options.notifications or from_wire(spec.notifications),
    )
    return task, {**own, **kwargs}, merged


async def _call(
    method: str,
    task: str,
    name: str,
    body: Model | None = None,
    *,
    project: str | None = None,
    domain: str | None = None,
) -> TriggerRecord:
    from flyte.protocol.triggers import TriggerRecord

    path = _path("tasks", checked("task", task), "triggers", checked("trigger", name), project=project, domain=domain)
    return await asyncio.to_thread(get_client().call, method, path, TriggerRecord, body=body)


def _path(*parts: str, project: str | None = None, domain: str | None = None) -> str:
    state = require_backend()
    return scope_path(project or state.project or "", domain or state.domain or "", *parts)
