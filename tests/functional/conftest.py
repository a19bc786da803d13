"""A whole backend in process: moto for AWS, a clock that stands still, the real api application in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aws_lambda_powertools import Logger
from moto import mock_aws

from functions.api.application import build
from functions.control.backend import Backend
from functions.control.clients import Clients
from tests.fakes.aws_stack import REGION, SETTINGS, create_storage
from tests.fakes.clock import FakeClock
from tests.fakes.executions import FakeExecutions
from tests.fakes.http_api import FakeHttpApi

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import OperationModel
    from moto.core.config import DefaultConfig

_CONFIG: DefaultConfig = {"stepfunctions": {"execute_state_machine": True}, "lambda": {"use_docker": False}}


@pytest.fixture(scope="session")
def clients() -> Clients:
    """Made once: making clients takes longer than most tests. What they talk to is new for each test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        with mock_aws(config=_CONFIG):
            made = Clients()
            made.prepare()
            assert made.logs
            assert made.secrets_manager
            assert made.scheduler
            assert made.sns
            assert made.sqs
    return made


@pytest.fixture
def aws(clients: Clients) -> Iterator[Clients]:
    """AWS with the stack's empty tables and bucket."""
    with mock_aws(config=_CONFIG):
        create_storage(clients)
        yield clients


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def executions() -> FakeExecutions:
    return FakeExecutions()


@pytest.fixture
def backend(aws: Clients, clock: FakeClock, executions: FakeExecutions) -> Backend:
    """Control with a fake Step Functions."""
    made = Backend(SETTINGS, aws, clock)
    made.executions = executions
    return made


@pytest.fixture
def api(backend: Backend) -> FakeHttpApi:
    """The HTTP API on that backend."""
    return FakeHttpApi(build(backend, Logger(service="api", level="CRITICAL")).resolve)


@pytest.fixture
def counted_calls(aws: Clients) -> Iterator[list[str]]:
    """Names of the calls to DynamoDB and S3 from now on."""
    calls: list[str] = []

    def count(model: OperationModel, **_: object) -> None:
        calls.append(model.name)

    for client in (aws.dynamodb, aws.s3):
        client.meta.events.register("before-call", count)
    yield calls
    for client in (aws.dynamodb, aws.s3):
        client.meta.events.unregister("before-call", count)
