"""Routes of triggers. Those that code declares are made by deploying it."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query

from flyte.protocol.model import TaskName
from flyte.protocol.triggers import (
    ActivateTriggerRequest,
    PutTriggerRequest,
    TriggerId,
    TriggerName,
    TriggerPage,
    TriggerRecord,
)
from functions.api.callers import caller_of
from functions.api.parameters import Cursor, Limit
from functions.control.backend import Backend
from functions.control.errors import InvalidRequestError

_SCOPE = "/v1/projects/<project>/domains/<domain>"
_TRIGGER = f"{_SCOPE}/tasks/<task>/triggers/<name>"


def add_trigger_routes(app: APIGatewayHttpResolver, backend: Backend) -> None:
    """Adds the routes of triggers."""

    def trigger_id(project: str, domain: str, task: str, name: str) -> TriggerId:
        backend.projects.require(project, domain)
        return TriggerId(project=project, domain=domain, task=task, name=name)

    @app.get(f"{_SCOPE}/triggers", summary="List triggers by task and name", tags=["triggers"])
    def list_triggers(
        project: str,
        domain: str,
        limit: Limit = 100,
        cursor: Cursor = None,
        task: Annotated[str | None, Query(description="Only of this task.")] = None,
    ) -> TriggerPage:
        scope = backend.projects.require(project, domain)
        return backend.triggers.list_all(scope, limit, cursor, task)

    @app.get(_TRIGGER, summary="A trigger", tags=["triggers"])
    def get_trigger(project: str, domain: str, task: TaskName, name: TriggerName) -> TriggerRecord:
        return backend.triggers.get(trigger_id(project, domain, task, name))

    @app.put(_TRIGGER, summary="Make a trigger, or change one that no code declares", tags=["triggers"])
    def put_trigger(
        project: str, domain: str, task: TaskName, name: TriggerName, asked: PutTriggerRequest
    ) -> TriggerRecord:
        if asked.spec.name != name:
            raise InvalidRequestError(f"body.spec.name: it is {asked.spec.name!r}, and the path says {name!r}.")
        return backend.triggers.put(trigger_id(project, domain, task, name), asked, caller_of(app.current_event))

    @app.patch(_TRIGGER, summary="Switch a trigger on or off", tags=["triggers"])
    def activate_trigger(
        project: str, domain: str, task: TaskName, name: TriggerName, asked: ActivateTriggerRequest
    ) -> TriggerRecord:
        return backend.triggers.activate(trigger_id(project, domain, task, name), active=asked.active)

    @app.delete(_TRIGGER, summary="Delete a trigger", tags=["triggers"])
    def delete_trigger(project: str, domain: str, task: TaskName, name: TriggerName) -> TriggerRecord:
        return backend.triggers.delete(trigger_id(project, domain, task, name))
