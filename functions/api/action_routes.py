"""Routes of the actions of a run: records, payloads, log lines."""

from __future__ import annotations

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query

from flyte.protocol.api import AbortRequest, ActionPage, LogPage, PresignedDownload
from flyte.protocol.identity import ActionId, RunId
from flyte.protocol.model import ActionName, RunName
from flyte.protocol.runs import ActionIo, ActionRecord
from functions.api.callers import caller_of
from functions.api.parameters import Cursor, Limit, Moment, Phases
from functions.control.backend import Backend
from functions.control.listing import ActionFilter

Kind = Literal["task", "trace", "condition"]

_ACTIONS = "/v1/projects/<project>/domains/<domain>/runs/<run>/actions"
_ACTION = f"{_ACTIONS}/<action>"


def add_action_routes(app: APIGatewayHttpResolver, backend: Backend) -> None:
    """Adds the routes under `…/actions`."""

    def action_id(project: str, domain: str, run: str, action: str) -> ActionId:
        backend.projects.require(project, domain)
        return ActionId(project=project, domain=domain, run=run, action=action)

    @app.get(_ACTIONS, summary="List the actions of a run", tags=["actions"])
    def list_actions(
        project: str,
        domain: str,
        run: RunName,
        limit: Limit = 100,
        cursor: Cursor = None,
        phase: Phases = None,
        kind: Annotated[Kind | None, Query(description="Only of this kind.")] = None,
        parent: Annotated[ActionName | None, Query(description="Only those that this action has called.")] = None,
        changed_since: Annotated[
            Moment | None, Query(description="Only those changed from this moment on: an answer's `as_of`.")
        ] = None,
    ) -> ActionPage:
        backend.projects.require(project, domain)
        wanted = ActionFilter(tuple(phase or ()), kind, parent, changed_since)
        found = backend.listing.actions(RunId(project=project, domain=domain, run=run), limit, cursor, wanted)
        return backend.costs.of_actions(found)

    @app.get(_ACTION, summary="An action with its task's specification", tags=["actions"])
    def get_action(project: str, domain: str, run: RunName, action: ActionName) -> ActionRecord:
        return backend.costs.of_one(backend.lookup.action(action_id(project, domain, run, action)))

    @app.get(f"{_ACTION}/io", summary="Inputs and outputs", tags=["actions"])
    def get_io(project: str, domain: str, run: RunName, action: ActionName) -> ActionIo:
        return backend.lookup.io(action_id(project, domain, run, action))

    @app.get(f"{_ACTION}/code", summary="A URL that reads the code it runs", tags=["actions"])
    def get_code(project: str, domain: str, run: RunName, action: ActionName) -> PresignedDownload:
        asked = action_id(project, domain, run, action)
        return backend.transfers.code(asked, backend.lookup.action(asked).spec)

    @app.get(f"{_ACTION}/logs", summary="Log lines in the order of time", tags=["actions"])
    def get_logs(
        project: str,
        domain: str,
        run: RunName,
        action: ActionName,
        attempt: Annotated[int | None, Query(ge=1, description="Only of this attempt; without it, of all.")] = None,
        limit: Limit = 1000,
        cursor: Cursor = None,
    ) -> LogPage:
        asked = action_id(project, domain, run, action)
        with backend.lookup.near_names(asked):
            return backend.logs.read(asked, attempt, limit, cursor)

    @app.post(f"{_ACTION}/abort", summary="Abort an action and what is below it", tags=["actions"])
    def abort_action(project: str, domain: str, run: RunName, action: ActionName, asked: AbortRequest) -> ActionRecord:
        aborted = action_id(project, domain, run, action)
        with backend.lookup.near_names(aborted):
            return backend.aborts.abort(aborted, asked.reason, caller_of(app.current_event))
