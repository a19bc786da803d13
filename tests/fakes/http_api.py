"""An HTTP API in front of an application: requests as events of payload 2.0, answers as status and JSON."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable

CALLER = "arn:aws:iam::123456789012:user/ana"
QueryValue = str | int | list[str]
SCOPE = "/v1/projects/flytesnacks/domains/development"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> str:
        return str(self.body["code"])

    @property
    def message(self) -> str:
        return str(self.body["message"])


class FakeHttpApi:
    """Calls `resolve(event, context)` as API Gateway calls the api function."""

    def __init__(self, resolve: Callable[[dict[str, Any], Any], dict[str, Any]]) -> None:
        self._resolve = resolve

    def get(self, path: str, **query: QueryValue) -> Answer:
        return self.call("GET", path, query=query)

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        return self.call("POST", path, json.dumps(body), headers={k.replace("_", "-"): v for k, v in headers.items()})

    def put(self, path: str, body: Any) -> Answer:
        return self.call("PUT", path, json.dumps(body))

    def call(
        self,
        method: str,
        path: str,
        body: str | bytes | None = None,
        query: dict[str, QueryValue] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        answer = self._resolve(event(method, path, body, query or {}, headers or {}), None)
        return Answer(answer["statusCode"], json.loads(answer["body"] or "null"), dict(answer.get("headers") or {}))


def event(
    method: str, path: str, body: str | bytes | None, query: dict[str, QueryValue], headers: dict[str, str]
) -> dict[str, Any]:
    """One request. A relative path is under the default project and domain."""
    full = path if path.startswith("/") else f"{SCOPE}/{path}"
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": full,
        "rawQueryString": urlencode(query, doseq=True),
        "headers": {"content-type": "application/json", "host": "api.example", **headers},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "authentication": None,
            "authorizer": {"iam": {"accessKey": "AKIA", "accountId": "123456789012", "userArn": CALLER}},
            "domainName": "api.example",
            "domainPrefix": "api",
            "http": {
                "method": method,
                "path": full,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "test",
            },
            "requestId": "request-1",
            "routeKey": "$default",
            "stage": "$default",
            "time": "02/Jan/2026:03:04:05 +0000",
            "timeEpoch": 1767323045000,
        },
        "isBase64Encoded": False,
    }
    if query:
        made["queryStringParameters"] = {
            name: ",".join(value) if isinstance(value, list) else str(value) for name, value in query.items()
        }
    if isinstance(body, bytes):
        made |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    elif body is not None:
        made["body"] = body
    return made
