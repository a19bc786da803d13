"""The stack's tables, bucket and state machine in moto, made from the template, so that its keys are proved too."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from functions.control.settings import ScheduleSettings, Settings

if TYPE_CHECKING:
    import pytest

    from functions.control.clients import Clients

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "cdk" / "template" / "flyte.template.json"
MACHINE = ROOT / "cdk" / "action_machine.asl.json"

BUCKET = "flyte-data"
ACCOUNT = "123456789012"
REGION: Final = "eu-central-1"
RECORDER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:recorder"
RUNNERS = {memory: f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:runner-{memory}" for memory in (512, 1024, 10_240)}

_TABLE_PROPERTIES = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")

SETTINGS = Settings(
    registry_table="Registry",
    runs_table="Runs",
    bucket=BUCKET,
    state_machine_arn=f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:flyte-actions",
    runner_functions=RUNNERS,
    stack_version="1.2.3",
    region=REGION,
    secrets_prefix="flyte/test",
    schedules=ScheduleSettings(
        group="flyte-triggers",
        role_arn=f"arn:aws:iam::{ACCOUNT}:role/schedules",
        function_arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:trigger",
        dead_letters_arn=f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead-letters",
    ),
)

Function = Callable[[dict[str, Any]], Any]


class InvocationFailedError(Exception):
    """What a fake function raises to die as Lambda reports it: an error type and a message."""


def create_storage(clients: Clients) -> None:
    """The tables and the bucket."""
    resources = json.loads(TEMPLATE.read_text())["Resources"]
    for name, resource in resources.items():
        if resource["Type"] == "AWS::DynamoDB::Table":
            wanted = {key: resource["Properties"][key] for key in _TABLE_PROPERTIES}
            clients.dynamodb.create_table(TableName=name, **wanted)
    clients.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})


def create_machine(clients: Clients) -> None:
    """The action state machine."""
    definition = MACHINE.read_text().replace("${RecorderFunctionArn}", RECORDER)
    made = clients.step_functions.create_state_machine(
        name="flyte-actions", definition=definition, roleArn=f"arn:aws:iam::{ACCOUNT}:role/machine"
    )
    assert made["stateMachineArn"] == SETTINGS.state_machine_arn


def bind_functions(monkeypatch: pytest.MonkeyPatch, functions: dict[str, Function]) -> None:
    """Lets the state machine's `lambda:invoke` call these functions, by ARN: moto's own Lambda only echoes."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils

    def invoke(parameters: dict[str, Any], **_: Any) -> dict[str, Any]:
        try:
            answer = functions[parameters["FunctionName"]](json.loads(parameters["Payload"]))
        except InvocationFailedError as error:
            kind, message = error.args
            return {"FunctionError": "Unhandled", "Payload": {"errorType": kind, "errorMessage": message}}
        return {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": json.loads(json.dumps(answer))}

    monkeypatch.setattr(lambda_eval_utils, "_invoke_lambda_function", invoke)


def finish_executions() -> None:
    """Waits until all executions have ended."""
    from moto.stepfunctions.parser.utils import TMP_THREADS

    while TMP_THREADS:
        thread = TMP_THREADS.pop()
        thread.join(timeout=30)
        assert not thread.is_alive()
