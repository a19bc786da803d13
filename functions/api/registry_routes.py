"""Routes of deployments, tasks and projects."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query

from flyte.protocol.api import (
    DeployRequest,
    DeployResponse,
    Project,
    ProjectList,
    TaskDetails,
    TaskPage,
    UpdateProjectRequest,
)
from functions.api.callers import caller_of
from functions.api.parameters import Cursor, Limit, Text
from functions.control.backend import Backend
from functions.control.task_lists import TaskFilter

_SCOPE = "/v1/projects/<project>/domains/<domain>"


def add_registry_routes(app: APIGatewayHttpResolver, backend: Backend) -> None:
    """Adds the routes of what is deployed and where."""

    @app.post(f"{_SCOPE}/deployments", summary="Register environments", tags=["tasks"])
    def deploy(project: str, domain: str, asked: DeployRequest) -> DeployResponse:
        scope = backend.projects.require(project, domain)
        return backend.deployments.deploy(scope, asked, caller_of(app.current_event))

    @app.get(f"{_SCOPE}/tasks", summary="List tasks, the latest version of each", tags=["tasks"])
    def list_tasks(
        project: str,
        domain: str,
        limit: Limit = 100,
        cursor: Cursor = None,
        environment: Annotated[str | None, Query(description="Only of this task environment.")] = None,
        entrypoint: Annotated[bool | None, Query(description="Only tasks that are, or are not, entry points.")] = None,
        text: Text = None,
        last_run: Annotated[bool, Query(description="Tell of each task's newest run.")] = False,  # noqa: FBT002
    ) -> TaskPage:
        scope = backend.projects.require(project, domain)
        wanted = TaskFilter(environment, entrypoint, text)
        page = backend.registry.list_tasks(scope, limit, cursor, wanted)
        return backend.last_runs.shown(scope, page) if last_run else page

    @app.get(f"{_SCOPE}/tasks/<task>/versions", summary="List versions, newest first", tags=["tasks"])
    def list_versions(project: str, domain: str, task: str, limit: Limit = 100, cursor: Cursor = None) -> TaskPage:
        scope = backend.projects.require(project, domain)
        return backend.registry.list_versions(scope, task, limit, cursor)

    @app.get(f"{_SCOPE}/tasks/<task>/versions/<version>", summary="One version, or `latest`", tags=["tasks"])
    def get_task(project: str, domain: str, task: str, version: str) -> TaskDetails:
        scope = backend.projects.require(project, domain)
        return backend.registry.get(scope, task, version)

    @app.get("/v1/projects", summary="List projects", tags=["projects"])
    def list_projects(limit: Limit = 1000, cursor: Cursor = None) -> ProjectList:
        return backend.projects.list_page(limit, cursor)

    @app.post("/v1/projects", summary="Create a project", tags=["projects"])
    def create_project(asked: Project) -> Project:
        return backend.projects.create(asked)

    @app.patch("/v1/projects/<project>", summary="Change a project", tags=["projects"])
    def update_project(project: str, asked: UpdateProjectRequest) -> Project:
        return backend.projects.update(project, asked)
