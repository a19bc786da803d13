"""ETags: who asks again for what has not changed gets 304 and no body. Polling costs a read, and no transfer."""

from __future__ import annotations

import hashlib
import json
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware


def answer_unchanged(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Gives each answer to a GET an ETag of its content, and leaves out what the client has."""
    answer = next_middleware(app)
    if app.current_event.http_method != "GET" or answer.status_code != HTTPStatus.OK:
        return answer
    body = answer.body if isinstance(answer.body, str) else json.dumps(answer.body, separators=(",", ":"))
    etag = f'W/"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    answer.body = body
    # A browser keeps it, and asks each time whether it is still so.
    answer.headers |= {"ETag": etag, "Cache-Control": "private, no-cache"}
    if _holds(app.current_event.headers.get("if-none-match", ""), etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=answer.headers)
    return answer


def _holds(asked: str, etag: str) -> bool:
    """Whether one of the ETags in the header is this one; weak and strong compare equal."""
    tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags
