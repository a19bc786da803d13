"""Routes of runs and their actions."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Header

from flyte.protocol.api import AbortRequest, RunPage
from flyte.protocol.identity import RunId
from flyte.protocol.model import RunName
from flyte.protocol.runs import ActionRecord, RunSpec
from functions.api.callers import caller_of
from functions.api.parameters import (
    CreatedAfter,
    CreatedBefore,
    CreatedBy,
    Cursor,
    Labels,
    Limit,
    Phases,
    Task,
    Text,
    UpdatedAfter,
    UpdatedBefore,
    Version,
    each_of,
)
from functions.control.backend import Backend
from functions.control.run_filters import RunFilter

_RUNS = "/v1/projects/<project>/domains/<domain>/runs"


def add_run_routes(app: APIGatewayHttpResolver, backend: Backend) -> None:
    """Adds the routes under `…/runs`."""

    @app.post(_RUNS, summary="Start a run", tags=["runs"], status_code=HTTPStatus.CREATED)
    def create_run(
        project: str,
        domain: str,
        asked: RunSpec,
        idempotency_key: Annotated[
            str | None,
            Header(
                alias="Idempotency-Key",
                max_length=200,
                description="The same request sent again with the same key gets the first one's record.",
            ),
        ] = None,
    ) -> ActionRecord:
        backend.projects.require(project, domain)
        return backend.runs.create(
            project, domain, asked, created_by=caller_of(app.current_event), idempotency_key=idempotency_key
        )

    @app.get(_RUNS, summary="List runs, newest first", tags=["runs"])
    def list_runs(
        project: str,
        domain: str,
        limit: Limit = 100,
        cursor: Cursor = None,
        phase: Phases = None,
        task: Task = None,
        version: Version = None,
        created_by: CreatedBy = None,
        created_after: CreatedAfter = None,
        created_before: CreatedBefore = None,
        updated_after: UpdatedAfter = None,
        updated_before: UpdatedBefore = None,
        label: Labels = None,
        text: Text = None,
    ) -> RunPage:
        scope = backend.projects.require(project, domain)
        wanted = RunFilter(
            phases=tuple(phase or ()),
            task=task,
            version=version,
            created_by=created_by,
            created_after=created_after,
            created_before=created_before,
            updated_after=updated_after,
            updated_before=updated_before,
            labels=each_of(app.current_event, "label") if label else (),
            text=text,
        )
        return backend.costs.of_runs(backend.listing.runs(scope, limit, cursor, wanted))

    @app.get(f"{_RUNS}/<run>", summary="The root action of a run", tags=["runs"])
    def get_run(project: str, domain: str, run: RunName) -> ActionRecord:
        backend.projects.require(project, domain)
        return backend.costs.of_one(backend.lookup.run(RunId(project=project, domain=domain, run=run)))

    @app.post(f"{_RUNS}/<run>/abort", summary="Abort a run", tags=["runs"])
    def abort_run(project: str, domain: str, run: RunName, asked: AbortRequest) -> ActionRecord:
        backend.projects.require(project, domain)
        action = RunId(project=project, domain=domain, run=run).action_id()
        with backend.lookup.near_names(action):
            return backend.aborts.abort(action, asked.reason, caller_of(app.current_event))
