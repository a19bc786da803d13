"""Sends a request of a task to the api function, as API Gateway would: the answer is that of the HTTP API."""

from __future__ import annotations

import json
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from botocore.exceptions import ClientError

from functions.control.attributes import error_code
from functions.control.clients import Clients

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

Answer = dict[str, Any]
"""What the api function returns: `statusCode` and `body`."""

_BUSY = "TooManyRequestsException"
_making = threading.Lock()


class ApiFunction:
    """The api function of this stack.

    Args:
        clients: To AWS.
        name: The function's.
    """

    def __init__(self, clients: Clients, name: str) -> None:
        self._clients = clients
        self._name = name

    def __call__(self, event: dict[str, Any]) -> Answer:
        """Its answer. Without a body where there is none: it found no room, or failed."""
        try:
            answered = self._client.invoke(FunctionName=self._name, Payload=json.dumps(event).encode())
        except ClientError as error:
            if error_code(error) != _BUSY:
                raise
            return {"statusCode": HTTPStatus.TOO_MANY_REQUESTS, "body": ""}
        if "FunctionError" in answered:
            return {"statusCode": HTTPStatus.BAD_GATEWAY, "body": ""}
        answer: Answer = json.loads(answered["Payload"].read())
        return answer

    @property
    def _client(self) -> LambdaClient:
        with _making:  # a session makes one client at a time
            return self._clients.functions


def event_of(method: str, path: str, query: str, body: str | None, headers: dict[str, str], caller: str) -> Answer:
    """A request as an event of an HTTP API (payload 2.0), with `caller` in place of an ARN."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"content-type": "application/json", **headers},
        "requestContext": {
            "authorizer": {"iam": {"userArn": caller}},
            "http": {"method": method, "path": path},
            "requestId": "",
            "routeKey": "$default",
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }
    if query:
        given = parse_qs(query, keep_blank_values=True)
        event["queryStringParameters"] = {name: ",".join(values) for name, values in given.items()}
    if body is not None:
        event["body"] = body
    return event
