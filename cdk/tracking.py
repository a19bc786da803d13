"""What tracks actions: the state machine, the recorder that hears of executions that died, and the reconciler."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from aws_cdk import Aws, Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as event_targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as schedule_targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from cdk.action_machine import ANY_EXECUTION, action_machine_arn, action_machine_name
from cdk.functions import FunctionFactory, FunctionShape, LogGroup, function_log_group, function_role, give_up_to
from cdk.permissions import acknowledge, allow

if TYPE_CHECKING:
    from cdk.parameters import Parameters
    from cdk.runner import Runner
    from cdk.storage import Storage

DEFINITION = Path(__file__).resolve().parent / "action_machine.asl.json"
DEAD_STATUSES = ["FAILED", "TIMED_OUT", "ABORTED"]
"""Success costs no event: the runner has recorded it."""
RECONCILE_MINUTES = 5


class Tracking(Construct):
    """Keeps the record of each action true."""

    def __init__(
        self, scope: Construct, parameters: Parameters, storage: Storage, runner: Runner, factory: FunctionFactory
    ) -> None:
        super().__init__(scope, "Tracking")
        self._storage = storage
        self._runner = runner
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            enforce_ssl=True,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            retention_period=Duration.days(14),
        )
        self._parameters = parameters
        self.recorder = self._recorder(factory)
        self.reconciler = self._reconciler(factory)
        self.machine = self._machine(parameters)
        self._record_deaths()
        self._reconcile_regularly()

    def _recorder(self, factory: FunctionFactory) -> lambda_.Function:
        log_group = function_log_group(self, self._parameters, "recorder")
        role = function_role(self, "RecorderRole", "Records how executions ended", [log_group])
        self._grant_records(role)
        shape = FunctionShape(
            name="recorder",
            service="recorder",
            handler="functions.recorder.handler.handle",
            description="Records actions whose runner or execution died",
            memory_mb=512,
            timeout_s=60,
        )
        function = factory.function(self, "Recorder", shape, role=role, log_group=log_group)
        give_up_to(function, role, self.dead_letters)
        return function

    def _reconciler(self, factory: FunctionFactory) -> lambda_.Function:
        log_group = function_log_group(self, self._parameters, "reconciler")
        role = function_role(self, "ReconcilerRole", "Compares records with executions", [log_group])
        self._grant_records(role)
        allow(role, "FindOpenActions", ["dynamodb:Query"], self._storage.index_arns(self._storage.runs, ["open"]))
        allow(role, "StartForgotten", ["states:StartExecution"], [action_machine_arn(self)])
        allow(
            role,
            "CompareExecutions",
            ["states:DescribeExecution"],
            [action_machine_arn(self, "execution", "*")],
            wildcard=ANY_EXECUTION,
        )
        shape = FunctionShape(
            name="reconciler",
            service="reconciler",
            handler="functions.recorder.reconciler.handle",
            description="Closes or starts actions that runner and recorder both missed",
            memory_mb=512,
            timeout_s=RECONCILE_MINUTES * 60 - 30,
        )
        return factory.function(
            self,
            "Reconciler",
            shape,
            role=role,
            log_group=log_group,
        )

    def _grant_records(self, role: iam.Role) -> None:
        bucket = self._storage.bucket
        # With Query: what is below an action that has died ends with it.
        allow(
            role,
            "CloseActions",
            ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
            [self._storage.runs.table_arn],
        )
        allow(
            role,
            "EndChildren",
            ["states:StopExecution"],
            [action_machine_arn(self, "execution", "*")],
            wildcard=ANY_EXECUTION,
        )
        allow(role, "WakeParents", ["states:SendTaskSuccess"], [action_machine_arn(self)])
        allow(
            role,
            "WriteWholeErrors",
            ["s3:PutObject"],
            [bucket.arn_for_objects("runs/*")],
            wildcard="Any run may die with an error too long for its record.",
        )

    def _machine(self, parameters: Parameters) -> sfn.StateMachine:
        definition = json.loads(DEFINITION.read_text(encoding="utf-8"))
        log_group = LogGroup(self, "MachineLogs", parameters, f"/aws/vendedlogs/states/{action_machine_name()}")
        role = iam.Role(self, "MachineRole", assumed_by=_service("states.amazonaws.com"))
        invoked = [*self._runner.functions.values(), self.recorder]
        allow(role, "Invoke", ["lambda:InvokeFunction"], [function.function_arn for function in invoked])
        machine = sfn.StateMachine(
            self,
            "Actions",
            state_machine_name=action_machine_name(),
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_string(
                json.dumps(definition, sort_keys=True, separators=(",", ":"))
            ),
            definition_substitutions={"RecorderFunctionArn": self.recorder.function_arn},
            role=role,
            tracing_enabled=True,
            logs=sfn.LogOptions(destination=log_group, level=sfn.LogLevel.ERROR, include_execution_data=False),
        )
        acknowledge(
            role,
            {"AwsSolutions-IAM5[Resource::*]": "Delivering logs to CloudWatch and traces to X-Ray knows no resources."},
        )
        acknowledge(
            machine,
            {
                "AwsSolutions-SF1": "Step Functions keeps the history for 90 days, the record tells the rest: "
                "logging success would cost more than the run."
            },
        )
        return machine

    def _record_deaths(self) -> None:
        rule = events.Rule(
            self,
            "Died",
            description="Executions of the action state machine that did not succeed",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={"status": DEAD_STATUSES, "stateMachineArn": [self.machine.state_machine_arn]},
            ),
        )
        rule.add_target(
            event_targets.LambdaFunction(
                self.recorder,
                dead_letter_queue=self.dead_letters,
                max_event_age=Duration.hours(24),
                retry_attempts=185,
            )
        )

    def _reconcile_regularly(self) -> None:
        role = iam.Role(self, "ScheduleRole", assumed_by=_service("scheduler.amazonaws.com"))
        allow(role, "Reconcile", ["lambda:InvokeFunction"], [self.reconciler.function_arn])
        # The target would grant itself every version of the function too.
        target_role = role.without_policy_updates()
        scheduler.Schedule(
            self,
            "Reconcile",
            description="Closes or starts what runner and recorder both missed",
            schedule=scheduler.ScheduleExpression.rate(Duration.minutes(RECONCILE_MINUTES)),
            # The next one comes soon, and looks at everything again.
            target=schedule_targets.LambdaInvoke(self.reconciler, role=target_role, retry_attempts=0),
        )


def _service(name: str) -> iam.ServicePrincipal:
    """An AWS service, as long as it acts for this account: others' machines and schedules must not use our roles."""
    return iam.ServicePrincipal(name, conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}})
