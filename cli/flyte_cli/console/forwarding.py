"""Passes the browser's requests on to the API, signed; and makes a Problem of whatever goes wrong on the way."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flyte._version import __version__
from flyte.errors import BaseRuntimeError
from flyte.remote._problems import error_of, parse_problem, unreachable
from flyte.remote._transport import Request, Unreachable

from .messages import Answer

if TYPE_CHECKING:
    from flyte.remote._endpoint import Endpoint
    from flyte.remote._signing import Signer
    from flyte.remote._transport import Response, Transport

    from .messages import Asked

_PASSED_ON = ("accept", "content-type", "idempotency-key", "if-none-match")
_PASSED_BACK = ("content-type", "cache-control", "etag", "last-modified", "retry-after")


@dataclass(frozen=True, slots=True)
class Forwarding:
    """Sends what is asked to the endpoint. Nothing is repeated here: the page knows what may be, and when."""

    endpoint: Endpoint
    transport: Transport
    signer: Signer

    def answer(self, asked: Asked) -> Answer:
        """What the API answers."""
        body = asked.content()
        url = f"{self.endpoint.url}{asked.path}" + (f"?{asked.query}" if asked.query else "")
        headers = {name: asked.headers[name] for name in _PASSED_ON if name in asked.headers}
        headers["user-agent"] = f"flyte-lambda-console/{__version__}"
        try:
            signed = self.signer.sign(asked.method, url, headers, body)
        except BaseRuntimeError as error:
            return Answer.problem(HTTPStatus.FORBIDDEN, error.code, str(error))
        try:
            response = self.transport.send(Request(asked.method, url, signed, body or None))
        except Unreachable as error:
            return failed(unreachable(self.endpoint.url, str(error)))
        return self._passed_back(response)

    def _passed_back(self, response: Response) -> Answer:
        if response.status >= HTTPStatus.BAD_REQUEST and parse_problem(response) is None:
            return failed(error_of(self.endpoint.url, response), response.status)
        kept = {name: response.headers[name] for name in _PASSED_BACK if name in response.headers}
        # Without a word of the API on it, an answer is asked for again each time, and with its ETag if it has one.
        kept.setdefault("cache-control", "no-cache")
        body = b"" if response.status == HTTPStatus.NOT_MODIFIED else response.body
        return Answer(response.status, kept, len(body), (body,) if body else ())


def failed(error: Exception, status: int = HTTPStatus.BAD_GATEWAY) -> Answer:
    """The Problem for an error of the client's."""
    code = error.code if isinstance(error, BaseRuntimeError) else type(error).__name__
    return Answer.problem(status, code, str(error))
