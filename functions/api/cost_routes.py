"""Routes of what runs cost."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query

from flyte.protocol.costs import CostPage, RunCost
from flyte.protocol.identity import RunId
from flyte.protocol.model import RunName
from functions.api.parameters import (
    CreatedAfter,
    CreatedBefore,
    CreatedBy,
    Cursor,
    Labels,
    Phases,
    Task,
    Version,
    each_of,
)
from functions.control.backend import Backend
from functions.control.costs import CostKey
from functions.control.errors import InvalidRequestError
from functions.control.run_filters import RunFilter

_SCOPE = "/v1/projects/<project>/domains/<domain>"


def add_cost_routes(app: APIGatewayHttpResolver, backend: Backend) -> None:
    """Adds the routes of estimates."""

    @app.get(f"{_SCOPE}/runs/<run>/cost", summary="What a run costs, by its tasks", tags=["costs"])
    def get_run_cost(
        project: str,
        domain: str,
        run: RunName,
        limit: Annotated[int, Query(ge=1, le=1000, description="Actions at most that an answer sums up.")] = 1000,
        cursor: Cursor = None,
    ) -> RunCost:
        backend.projects.require(project, domain)
        return backend.costs.of_run(RunId(project=project, domain=domain, run=run), limit, cursor)

    @app.get(f"{_SCOPE}/costs", summary="What runs cost, by task, day, user or label", tags=["costs"])
    def sum_costs(
        project: str,
        domain: str,
        by: Annotated[CostKey, Query(description="What to sum up by.")] = "task",
        label_key: Annotated[str | None, Query(max_length=1000, description="The label to sum up by.")] = None,
        limit: Annotated[int, Query(ge=1, le=1000, description="Runs at most that an answer sums up.")] = 1000,
        cursor: Cursor = None,
        phase: Phases = None,
        task: Task = None,
        version: Version = None,
        created_by: CreatedBy = None,
        created_after: CreatedAfter = None,
        created_before: CreatedBefore = None,
        label: Labels = None,
    ) -> CostPage:
        scope = backend.projects.require(project, domain)
        if (by == "label") != (label_key is not None):
            raise InvalidRequestError("label_key: give it with by=label, and only then.")
        wanted = RunFilter(
            phases=tuple(phase or ()),
            task=task,
            version=version,
            created_by=created_by,
            created_after=created_after,
            created_before=created_before,
            labels=each_of(app.current_event, "label") if label else (),
        )
        return backend.costs.summed(scope, by, label_key, (limit, cursor), wanted)
