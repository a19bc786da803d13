"""Every answer that is not 2xx is a `Problem`. What control refuses, and what goes wrong, gets its status here."""

from __future__ import annotations

from http import HTTPStatus

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response, content_types
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError
from botocore.exceptions import ClientError

from flyte.protocol.api import Problem
from functions.api.refusals import status_of
from functions.api.routing import allowed_methods
from functions.control.attributes import error_code
from functions.control.errors import ArtifactsMissingError, ControlError

_THROTTLED = frozenset(
    {
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "TooManyRequestsException",
    }
)


class Problems:
    """Answers each kind of failure that a route can end with."""

    def __init__(self, app: APIGatewayHttpResolver, logger: Logger) -> None:
        self._app = app
        self._logger = logger
        app.exception_handler(ControlError)(self.refused)
        app.exception_handler(RequestValidationError)(self.invalid)
        app.exception_handler(RequestUnsupportedContentType)(self.not_json)
        app.exception_handler(RecursionError)(self.too_deep)
        app.exception_handler(UnicodeEncodeError)(self.not_text)
        app.exception_handler(UnicodeDecodeError)(self.not_utf8)
        app.exception_handler(ClientError)(self.aws_refused)
        app.exception_handler(Exception)(self.failed)
        app.not_found(self.no_route)

    def refused(self, error: ControlError) -> Response[str]:
        """What control's rules forbid."""
        uploads = error.uploads if isinstance(error, ArtifactsMissingError) else ()
        problem = Problem(code=error.code, message=str(error), missing_artifacts=uploads)
        return _response(status_of(type(error)), problem)

    def invalid(self, error: RequestValidationError) -> Response[str]:
        """A request that does not fit its model; the message begins with the field's path."""
        faults = "; ".join(f"{_path(fault['loc'])}: {fault['msg']}" for fault in error.errors())
        return _response(HTTPStatus.BAD_REQUEST, Problem(code="BadRequest", message=faults))

    def not_json(self, _error: Exception) -> Response[str]:
        """A body of another content type."""
        given = self._app.current_event.headers.get("content-type", "")
        message = f"The body is {given!r}; it must be application/json."
        return _response(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, Problem(code="UnsupportedMediaType", message=message))

    def too_deep(self, _error: RecursionError) -> Response[str]:
        """A body whose nesting Python does not follow."""
        message = "body: it is nested too deeply. Pass such data as flyte.io.File."
        return _response(HTTPStatus.BAD_REQUEST, Problem(code="BadRequest", message=message))

    def not_text(self, error: UnicodeEncodeError) -> Response[str]:
        """A text that cannot be written as UTF-8."""
        half = f"U+{ord(error.object[error.start]):04X}"
        message = f"body: a text contains {half}, half of a character that takes two. Remove it, or encode it."
        return _response(HTTPStatus.BAD_REQUEST, Problem(code="BadRequest", message=message))

    def not_utf8(self, _error: UnicodeDecodeError) -> Response[str]:
        """A body of bytes that are no text."""
        message = "body: it is not UTF-8. Send JSON as text, and data as flyte.io.File."
        return _response(HTTPStatus.BAD_REQUEST, Problem(code="BadRequest", message=message))

    def aws_refused(self, error: ClientError) -> Response[str]:
        """AWS answered with an error: come back later, or a fault of ours."""
        if error_code(error) not in _THROTTLED:
            return self.failed(error)
        message = "The backend is busy. Send the same request again in a moment."
        return _response(HTTPStatus.TOO_MANY_REQUESTS, Problem(code="TooManyRequests", message=message))

    def failed(self, error: Exception) -> Response[str]:
        """A fault of ours: the caller gets no detail, the log all of them."""
        self._logger.error("the request failed", exc_info=error)
        request_id = self._app.current_event.request_context.request_id
        message = f"The backend failed on this request ({request_id}). The api function's log tells why."
        return _response(HTTPStatus.INTERNAL_SERVER_ERROR, Problem(code="Internal", message=message))

    def no_route(self, _error: NoRouteError) -> Response[str]:
        """No route takes this method and path."""
        event = self._app.current_event
        methods = allowed_methods(self._app, event.path)
        if methods:
            message = f"{event.path} takes {', '.join(methods)}, not {event.http_method}."
            problem = Problem(code="MethodNotAllowed", message=message)
            return _response(HTTPStatus.METHOD_NOT_ALLOWED, problem, Allow=", ".join(methods))
        message = f"There is nothing at {event.path}. GET /v1/openapi.json lists what there is."
        return _response(HTTPStatus.NOT_FOUND, Problem(code="NotFound", message=message))


def _response(status: HTTPStatus, problem: Problem, **headers: str) -> Response[str]:
    return Response(
        status_code=status.value,
        content_type=content_types.APPLICATION_JSON,
        body=problem.to_json(),
        headers=dict(headers),
    )


def _path(location: tuple[str | int, ...]) -> str:
    """`body.spec.name`, `query.limit`, `path.run`."""
    return ".".join(str(part) for part in location)
