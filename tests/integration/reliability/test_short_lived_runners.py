"""The template with runners that live for 10 s each, and a program whose work adds up to 90 s."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import flyte
from flyte.protocol.phases import ActionPhase
from tests.devbox_fixture import running_devbox
from tests.devbox_programs import program_in

if TYPE_CHECKING:
    from collections.abc import Iterator

LIFE_S = 10


@pytest.fixture(scope="module")
def short_lived() -> Iterator[Any]:
    with running_devbox() as devbox:
        _shorten(devbox.endpoint)
        with program_in(devbox, Path(__file__).with_name("short_lived.py")) as program:
            yield program


def _shorten(endpoint: str) -> None:
    """Deploys the template again, as somebody does on AWS who changes a parameter."""
    import boto3

    url = endpoint.partition("/_aws")[0]
    keys: Any = {"aws_access_key_id": "devbox", "aws_secret_access_key": "devbox", "region_name": "us-east-1"}
    cloudformation = boto3.client("cloudformation", endpoint_url=url, **keys)
    (stack,) = cloudformation.describe_stacks(StackName="flyte")["Stacks"]
    kept = [each for each in stack["Parameters"] if each["ParameterKey"] != "RunnerTimeoutSeconds"]
    cloudformation.update_stack(
        StackName="flyte",
        UsePreviousTemplate=True,
        Parameters=[*kept, {"ParameterKey": "RunnerTimeoutSeconds", "ParameterValue": str(LIFE_S)}],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName="flyte", WaiterConfig={"Delay": 1})
    functions = boto3.client("lambda", endpoint_url=url, **keys)
    assert functions.get_function_configuration(FunctionName="flyte-runner-1024")["Timeout"] == LIFE_S


def test_a_run_is_longer_than_any_invocation_may_be(short_lived: Any) -> None:
    run = flyte.run(short_lived.pipeline)
    run.wait(quiet=True)
    assert run.phase is ActionPhase.SUCCEEDED
    assert run.outputs()[0] == sum(range(30))
    records = [action.record for action in flyte.remote.Action.listall(for_run_name=run.name)]
    pieces = [record for record in records if record.short_name == "piece"]
    assert len(pieces) == 30
    assert sum(attempt.active_ms for record in pieces for attempt in record.attempts[-1:]) >= 90_000
    root = next(record for record in records if record.parent is None)
    assert root.ended_at is not None
    assert (root.ended_at - root.created_at).total_seconds() > LIFE_S
    assert len(root.attempts) == 1
    assert root.attempts[0].suspensions >= 1
