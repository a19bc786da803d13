"""What the account allows, as the backend tells it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from flyte.protocol.api import Quotas
from functions.control import quotas

if TYPE_CHECKING:
    from tests.fakes.aws_stack import Function
    from tests.fakes.http_api import FakeHttpApi


def clients(answer: Function) -> Any:
    return SimpleNamespace(functions=SimpleNamespace(get_account_settings=lambda: answer({})))


def test_lambdas_concurrency_is_told() -> None:
    limits = {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 900}
    told = quotas.read(clients(lambda _: {"AccountLimit": limits}))
    assert told == Quotas(concurrent_executions=1000, unreserved_concurrent_executions=900)


def test_what_aws_does_not_tell_is_left_open() -> None:
    def refuse(_: dict[str, Any]) -> Any:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetAccountSettings")

    assert quotas.read(clients(refuse)) == Quotas()
    assert quotas.read(clients(lambda _: {})) == Quotas()


def test_health_tells_the_time_and_the_sizes_that_tasks_can_have(api: FakeHttpApi) -> None:
    told = api.get("/v1/health").body
    assert told["now"].startswith("2026-01-02T03:04:05")
    assert told["runner_memory_mb"] == [512, 1024, 10_240]
