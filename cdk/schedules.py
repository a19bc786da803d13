"""What starts tasks on a schedule: a group for the schedules that users deploy, and the function that all of them call.

The schedules themselves are no part of the template: the api function makes them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_cdk import Aws, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.action_machine import action_machine_arn
from cdk.functions import FunctionFactory, FunctionShape, function_log_group, function_role, give_up_to
from cdk.parameters import stack_resource_name
from cdk.permissions import allow
from cdk.storage import REGISTRY_INDEXES

if TYPE_CHECKING:
    from cdk.parameters import Parameters
    from cdk.runner import Runner
    from cdk.storage import Storage

VARIABLE = "FLYTE_SCHEDULES"


class Schedules(Construct):
    """The stack's end of EventBridge Scheduler."""

    def __init__(
        self, scope: Construct, parameters: Parameters, storage: Storage, runner: Runner, factory: FunctionFactory
    ) -> None:
        super().__init__(scope, "Schedules")
        self._storage = storage
        self.group_name = stack_resource_name("triggers")
        scheduler.CfnScheduleGroup(self, "Group", name=self.group_name)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            enforce_ssl=True,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            retention_period=Duration.days(14),
        )
        self.function = self._function(parameters, runner, factory)
        self.role = self._role()

    def variables(self) -> dict[str, str]:
        """What a function that makes schedules must know."""
        schedules = {
            "group": self.group_name,
            "role_arn": self.role.role_arn,
            "function_arn": self.function.function_arn,
            "dead_letters_arn": self.dead_letters.queue_arn,
        }
        return {VARIABLE: Stack.of(self).to_json_string(schedules)}

    def let_manage(self, role: iam.Role) -> None:
        """Schedules of the group, and no others; each may invoke the one function, and nothing else."""
        self._allow_on_schedules(
            role,
            "ManageSchedules",
            ["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule"],
        )
        allow(
            role,
            "LetSchedulesInvoke",
            ["iam:PassRole"],
            [self.role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
        )

    def _function(self, parameters: Parameters, runner: Runner, factory: FunctionFactory) -> lambda_.Function:
        log_group = function_log_group(self, parameters, "trigger")
        role = function_role(self, "FunctionRole", "Starts runs that are due", [log_group])
        self._grant_starting(role)
        shape = FunctionShape(
            name="trigger",
            service="trigger",
            handler="functions.trigger.handler.handle",
            description="Starts the run of a trigger that is due",
            memory_mb=512,
            timeout_s=60,
        )
        function = factory.function(
            self,
            "Function",
            shape,
            role=role,
            log_group=log_group,
            variables={
                "FLYTE_RUNNER_FUNCTIONS": runner.functions_by_memory(),
                VARIABLE: json.dumps({"group": self.group_name}),
            },
        )
        give_up_to(function, role, self.dead_letters)
        return function

    def _grant_starting(self, role: iam.Role) -> None:
        registry, runs, bucket = self._storage.registry, self._storage.runs, self._storage.bucket
        allow(role, "ReadTriggersAndTasks", ["dynamodb:GetItem"], [registry.table_arn])
        allow(role, "NameNearTasks", ["dynamodb:Query"], [*self._storage.index_arns(registry, REGISTRY_INDEXES)])
        allow(
            role,
            "RecordRuns",
            ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:BatchWriteItem", "dynamodb:DeleteItem"],
            [runs.table_arn],
        )
        allow(
            role,
            "LookForArtifacts",
            ["s3:GetObject"],
            [bucket.arn_for_objects(f"{prefix}/*") for prefix in ("code", "dependencies")],
            wildcard="Artifacts are named by their content.",
        )
        allow(role, "TellMissingFromForbidden", ["s3:ListBucket"], [bucket.bucket_arn])
        allow(
            role,
            "KeepLargeInputs",
            ["s3:PutObject"],
            [bucket.arn_for_objects("uploads/*")],
            wildcard="Inputs too large for a record are named by their content.",
        )
        allow(role, "StartActions", ["states:StartExecution"], [action_machine_arn(self)])
        self._allow_on_schedules(role, "DropSchedulesOfNothing", ["scheduler:DeleteSchedule"])

    def _allow_on_schedules(self, role: iam.Role, sid: str, actions: list[str]) -> None:
        arn = Stack.of(self).format_arn(service="scheduler", resource="schedule", resource_name=f"{self.group_name}/*")
        allow(role, sid, actions, [arn], wildcard="Users deploy schedules, all of them into the stack's own group.")

    def _role(self) -> iam.Role:
        """What Scheduler acts as: it may invoke the one function, and tell of what it could not deliver."""
        group = Stack.of(self).format_arn(service="scheduler", resource="schedule-group", resource_name=self.group_name)
        only_ours = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID, "aws:SourceArn": group}}
        role = iam.Role(
            self,
            "Role",
            description="The schedules of triggers",
            assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com", conditions=only_ours),
        )
        allow(role, "Fire", ["lambda:InvokeFunction"], [self.function.function_arn])
        allow(role, "GiveUp", ["sqs:SendMessage"], [self.dead_letters.queue_arn])
        return role
