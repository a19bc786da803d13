"""The whole backend as one stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnOutput, Stack

from cdk.action_machine import action_machine_arn
from cdk.api import Api
from cdk.functions import FunctionFactory
from cdk.notifications import Notifications
from cdk.observability import Observability
from cdk.parameters import Parameters
from cdk.runner import Runner
from cdk.schedules import Schedules
from cdk.storage import Storage
from cdk.tracking import Tracking

if TYPE_CHECKING:
    from constructs import Construct


class BackendStack(Stack):
    """Everything that `flyte` needs in an AWS account."""

    def __init__(self, scope: Construct, name: str, *, stack_name: str) -> None:
        super().__init__(
            scope,
            name,
            stack_name=stack_name,
            description="Flyte on AWS Lambda: run and deploy tasks, pay when they run",
        )
        parameters = Parameters(self)
        storage = Storage(self, parameters)
        factory = FunctionFactory(self, parameters, storage, action_machine_arn(self))
        runner = Runner(self, parameters, storage, factory)
        tracking = Tracking(self, parameters, storage, runner, factory)
        schedules = Schedules(self, parameters, storage, runner, factory)
        api = Api(self, parameters, storage, runner, schedules, factory)
        notifications = Notifications(self, parameters, storage, factory)
        Observability(self, parameters, storage, runner, tracking, schedules, notifications, api)
        self._output("ApiUrl", api.http_api.api_endpoint, "Endpoint for `flyte create config --endpoint`")
        self._output("Bucket", storage.bucket.bucket_name, "Artifacts and data; kept when the stack is deleted")
        self._output("StateMachineArn", tracking.machine.state_machine_arn, "Each execution is one action")
        self._output("RegistryTable", storage.registry.table_name, "Task versions; kept when the stack is deleted")
        self._output("RunsTable", storage.runs.table_name, "Records of runs; kept when the stack is deleted")
        self._output("NotificationsTopicArn", notifications.topic.topic_arn, "E-mails of runs that have ended")
        self._output("ClientPolicyArn", api.client_policy.managed_policy_arn, "Attach it to whoever may use the API")

    def _output(self, name: str, value: str, description: str) -> None:
        CfnOutput(self, f"Output{name}", value=value, description=description).override_logical_id(name)
