"""How the supervisor invokes the api function, and what it makes of an invocation that gives no answer."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.control.clients import Clients
from functions.runner.api_function import ApiFunction, event_of


class FakeLambda:
    def __init__(self, answer: dict[str, Any] | ClientError) -> None:
        self.answer = answer
        self.invoked: list[tuple[str, Any]] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.invoked.append((FunctionName, json.loads(Payload)))
        if isinstance(self.answer, ClientError):
            raise self.answer
        return self.answer


def function(answer: dict[str, Any] | ClientError) -> tuple[ApiFunction, FakeLambda]:
    clients, fake = Clients(), FakeLambda(answer)
    clients.__dict__["functions"] = fake
    return ApiFunction(clients, "stack-api"), fake


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Invoke")


def test_the_answer_is_the_functions() -> None:
    call, fake = function({"Payload": io.BytesIO(b'{"statusCode": 200, "body": "{}"}')})
    event = event_of("GET", "/v1/health", "", None, {}, "task/run:a0")
    assert call(event) == {"statusCode": 200, "body": "{}"}
    assert fake.invoked == [("stack-api", event)]
    assert event["requestContext"]["authorizer"]["iam"]["userArn"] == "task/run:a0"
    assert "body" not in event


def test_values_of_a_parameter_that_comes_again_are_joined_as_api_gateway_does() -> None:
    event = event_of("GET", "/v1/x", "label=a%3D1&label=b&phase=", None, {}, "")
    assert event["queryStringParameters"] == {"label": "a=1,b", "phase": ""}
    assert event["rawQueryString"] == "label=a%3D1&label=b&phase="


def test_a_function_that_finds_no_room_or_fails_is_worth_another_try() -> None:
    assert function(refused("TooManyRequestsException"))[0]({})["statusCode"] == 429
    died = {"FunctionError": "Unhandled", "Payload": io.BytesIO(b"{}")}
    assert function(died)[0]({})["statusCode"] == 502


def test_what_aws_refuses_is_no_answer_for_a_task() -> None:
    with pytest.raises(ClientError):
        function(refused("AccessDeniedException"))[0]({})
