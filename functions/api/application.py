"""The HTTP API on a backend: all routes, validation, problems, and the document that describes them."""

from __future__ import annotations

from http import HTTPStatus

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response, content_types

from flyte.protocol.api import Health, Quotas
from functions.api import platforms
from functions.api.action_routes import add_action_routes
from functions.api.condition_routes import add_condition_routes
from functions.api.cost_routes import add_cost_routes
from functions.api.document import describe, to_text
from functions.api.etags import answer_unchanged
from functions.api.problems import Problems
from functions.api.registry_routes import add_registry_routes
from functions.api.run_routes import add_run_routes
from functions.api.secret_routes import add_secret_routes
from functions.api.trigger_routes import add_trigger_routes
from functions.api.upload_routes import add_upload_routes
from functions.api.version_routes import add_version_routes
from functions.control import quotas
from functions.control.backend import Backend


def build(backend: Backend, logger: Logger) -> APIGatewayHttpResolver:
    """The API as an application that resolves events of an HTTP API (payload 2.0)."""
    app = APIGatewayHttpResolver(
        enable_validation=True, response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR
    )
    app.use(middlewares=[answer_unchanged])
    add_run_routes(app, backend)
    add_action_routes(app, backend)
    add_condition_routes(app, backend)
    add_cost_routes(app, backend)
    add_registry_routes(app, backend)
    add_upload_routes(app, backend)
    add_version_routes(app, backend)
    add_secret_routes(app, backend)
    add_trigger_routes(app, backend)
    Problems(app, logger)

    @app.get("/v1/health", summary="What this backend is", tags=["backend"])
    def health() -> Health:
        settings = backend.settings
        return Health(
            version=settings.stack_version,
            region=settings.region,
            bucket=settings.bucket,
            state_machine_arn=settings.state_machine_arn,
            console_url=settings.console_url,
            platform=platforms.this_one(),
            now=backend.now(),
            runner_memory_mb=tuple(sorted(settings.runner_functions)),
        )

    @app.get("/v1/quotas", summary="What the AWS account allows", tags=["backend"])
    def get_quotas() -> Quotas:
        return quotas.read(backend.clients)

    @app.get("/v1/openapi.json", include_in_schema=False)
    def openapi() -> Response[str]:
        document = to_text(describe(app, backend.settings.stack_version or "0"))
        return Response(status_code=HTTPStatus.OK, content_type=content_types.APPLICATION_JSON, body=document)

    return app
