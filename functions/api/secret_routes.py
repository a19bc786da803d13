"""Routes of secrets: names and times come out, values go in only."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query

from flyte.protocol.model import Scope
from flyte.protocol.secrets import PutSecretRequest, SecretDetails, SecretId, SecretKey, SecretPage
from functions.api.parameters import Cursor, Limit
from functions.control.backend import Backend
from functions.control.projects import DOMAINS, FIRST_PROJECT

_SECRETS = "/v1/secrets"
Group = Annotated[SecretKey | None, Query(description="The part before the slash of its name.")]
Project = Annotated[Scope | None, Query(description="Without it, all projects.")]
Domain = Annotated[Scope | None, Query(description="Without it, all domains.")]


def add_secret_routes(app: APIGatewayHttpResolver, backend: Backend) -> None:
    """Adds the routes of what tasks receive and nobody sees."""

    def require(project: str | None, domain: str | None) -> None:
        if project or domain:
            backend.projects.require(project or FIRST_PROJECT.id, domain or DOMAINS[0])

    @app.put(_SECRETS, summary="Make a secret, or change its value", tags=["secrets"])
    def put_secret(asked: PutSecretRequest) -> SecretDetails:
        require(asked.id.project, asked.id.domain)
        return backend.secrets.put(asked)

    @app.get(_SECRETS, summary="List what tasks of a project and domain can receive", tags=["secrets"])
    def list_secrets(
        project: Project = None, domain: Domain = None, limit: Limit = 100, cursor: Cursor = None
    ) -> SecretPage:
        require(project, domain)
        return backend.secrets.list_all(project, domain, limit, cursor)

    @app.get(f"{_SECRETS}/<key>", summary="The secret that a task there receives", tags=["secrets"])
    def get_secret(
        key: SecretKey, group: Group = None, project: Project = None, domain: Domain = None
    ) -> SecretDetails:
        require(project, domain)
        return backend.secrets.find(SecretId(key=key, group=group, project=project, domain=domain))

    @app.delete(f"{_SECRETS}/<key>", summary="Delete a secret", tags=["secrets"])
    def delete_secret(
        key: SecretKey, group: Group = None, project: Project = None, domain: Domain = None
    ) -> SecretDetails:
        require(project, domain)
        return backend.secrets.delete(SecretId(key=key, group=group, project=project, domain=domain))
