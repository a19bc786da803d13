"""Who is recorded as the one who asked."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

import flyte
from flyte.remote import User
from functions.api.callers import caller_of
from tests.fakes.http_api import CALLER, event


def asked(authorizer: Any) -> APIGatewayProxyEventV2:
    made = event("GET", "runs", None, {}, {})
    made["requestContext"]["authorizer"] = authorizer
    return APIGatewayProxyEventV2(made)


def test_a_signed_request_is_its_signers() -> None:
    assert caller_of(asked({"iam": {"userArn": CALLER}})) == CALLER


@pytest.mark.parametrize("authorizer", [None, {}, {"iam": {}}])
def test_in_a_devbox_the_caller_is_whom_the_client_takes_itself_for(authorizer: Any) -> None:
    """So that `flyte get run --only-mine` finds the runs there."""
    flyte.init(endpoint="http://127.0.0.1:1", insecure=True, project="p", domain="d")
    assert caller_of(asked(authorizer)) == asyncio.run(User.get.aio()).subject()
