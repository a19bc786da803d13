"""A whole backend in process: moto for AWS, a clock that stands still, the real api application in front."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from aws_lambda_powertools import Logger
from functions.api.application import build
from functions.control.backend import Backend
from functions.control.clients import Clients
from moto import mock_aws

from tests.fakes.aws_stack import REGION, SETTINGS, create_storage
from tests.fakes.clock import FakeClock
from tests.fakes.executions import FakeExecutions
from tests.fakes.http_api import FakeHttpApi

_CONFIG = {"stepfunctions": {"execute_state_machine": True}, "lambda": {"use_docker": False}}


@pytest.fixture(scope="session")
def clients() -> Clients:
    """Made once: making clients takes longer than most tests. What they talk to is new for each test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        with mock_aws(config=_CONFIG):
            made = Clients()
            made.prepare()
            assert made.logs
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
