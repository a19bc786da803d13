"""The runner functions, one per memory tier, and the two roles that keep the user's code from the control plane.

The function's own role is the supervisor's: it records attempts and reads artifacts. The user's code runs in a worker
process that gets no credentials but those of the task role, which reaches raw data alone; the supervisor assumes it for
each action with a session policy that narrows it further, to the data of that run. Lambda gives a sandbox one role
only, so this is a wall between processes: it holds as long as the worker cannot read the supervisor's memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import ArnFormat, CfnResource, Fn, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.action_machine import ANY_EXECUTION, action_machine_arn
from cdk.functions import API_FUNCTION, FunctionFactory, FunctionShape, function_log_group, function_role
from cdk.parameters import stack_resource_name
from cdk.permissions import allow
from cdk.secrets import PREFIX_VARIABLE, let_read_secrets, secrets_prefix
from cdk.storage import PREFIXES, REGISTRY_INDEXES
from flyte.protocol.limits import LAMBDA_TIMEOUT_S, MEMORY_TIERS_MB

if TYPE_CHECKING:
    from cdk.parameters import Parameters
    from cdk.storage import Storage

EPHEMERAL_STORAGE_MB = 10_240
"""All that Lambda gives: code and dependencies unpacked, as large as `limits` lets them be, and room for the task."""


NEW_ACCOUNT_MEMORY_MB = 3008
"""Source: Lambda quotas, "new AWS accounts have reduced concurrency and memory quotas"."""


class Runner(Construct):
    """Runs attempts of actions."""

    def __init__(self, scope: Construct, parameters: Parameters, storage: Storage, factory: FunctionFactory) -> None:
        super().__init__(scope, "Runner")
        self._storage = storage
        self.log_groups = {tier: function_log_group(self, parameters, runner_name(tier)) for tier in MEMORY_TIERS_MB}
        self.role = function_role(self, "Role", "Supervisor of tasks", list(self.log_groups.values()))
        self.task_role = self._task_role()
        self._grant()
        self._has_large_runners = parameters.has_large_runners
        # By name: nothing may refer to the resource of a runner that is left out, and runners know of each other.
        self.functions = {
            tier: lambda_.Function.from_function_name(self, f"Runner{tier}", stack_resource_name(runner_name(tier)))
            for tier in MEMORY_TIERS_MB
        }
        for tier in MEMORY_TIERS_MB:
            function = self._function(factory, tier)
            _resource(function).add_property_override("Timeout", {"Ref": parameters.runner_timeout_s.logical_id})
            if is_large(tier):
                _resource(function).cfn_options.condition = parameters.has_large_runners

    def _function(self, factory: FunctionFactory, memory_mb: int) -> lambda_.Function:
        shape = FunctionShape(
            name=runner_name(memory_mb),
            service="runner",
            handler="functions.runner.handler.handle",
            description=f"Runs tasks that ask for up to {memory_mb} MB",
            memory_mb=memory_mb,
            timeout_s=LAMBDA_TIMEOUT_S,
            ephemeral_storage_mb=EPHEMERAL_STORAGE_MB,
        )
        return factory.function(
            self,
            f"Function{memory_mb}",
            shape,
            role=self.role,
            log_group=self.log_groups[memory_mb],
            variables={
                "FLYTE_RUNNER_FUNCTIONS": self.functions_by_memory(for_large=is_large(memory_mb)),
                "FLYTE_TASK_ROLE_ARN": self.task_role.role_arn,
                "FLYTE_API_FUNCTION": stack_resource_name(API_FUNCTION),
                PREFIX_VARIABLE: secrets_prefix(),
            },
        )

    def _task_role(self) -> iam.Role:
        bucket = self._storage.bucket
        role = iam.Role(
            self, "TaskRole", description="What the user's code may do", assumed_by=iam.ArnPrincipal(self.role.role_arn)
        )
        allow(
            role,
            "RawData",
            ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
            [bucket.arn_for_objects("runs/*/data/*")],
            wildcard="The raw data of runs; the supervisor's session policy narrows it to the run at hand.",
        )
        allow(
            role,
            "ReadUploads",
            ["s3:GetObject"],
            [bucket.arn_for_objects("uploads/*")],
            wildcard="Files that clients gave as inputs, named by their content.",
        )
        allow(
            role,
            "ListRawData",
            ["s3:ListBucket"],
            [bucket.bucket_arn],
            conditions={"StringLike": {"s3:prefix": ["runs/*/data/*", "uploads/*"]}},
        )
        return role

    def _grant(self) -> None:
        bucket = self._storage.bucket
        allow(
            self.role,
            "RecordAttemptsAndChildren",
            [f"dynamodb:{name}Item" for name in ("Get", "BatchGet", "Put", "Update", "Delete")] + ["dynamodb:Query"],
            [self._storage.runs.table_arn],
        )
        registry = self._storage.registry
        allow(self.role, "FindDeployedTasks", ["dynamodb:GetItem", "dynamodb:Query"], [registry.table_arn])
        allow(self.role, "NameNearTasks", ["dynamodb:Query"], [*self._storage.index_arns(registry, REGISTRY_INDEXES)])
        allow(self.role, "WakeParents", ["states:SendTaskSuccess"], [action_machine_arn(self)])
        allow(self.role, "StartChildren", ["states:StartExecution"], [action_machine_arn(self)])
        allow(
            self.role,
            "EndChildrenAndTellWhetherTheyWereStarted",
            ["states:DescribeExecution", "states:StopExecution"],
            [action_machine_arn(self, "execution", "*")],
            wildcard=ANY_EXECUTION,
        )
        allow(
            self.role,
            "ReadArtifactsAndInputs",
            ["s3:GetObject"],
            [bucket.arn_for_objects(f"{prefix}/*") for prefix in PREFIXES],
            wildcard="Artifacts are named by their content, inputs by their run: one runner serves all of them.",
        )
        allow(
            self.role,
            "WriteOutputs",
            ["s3:PutObject"],
            [bucket.arn_for_objects("runs/*")],
            wildcard="One runner serves all runs.",
        )
        # Without it S3 answers 403 for an object that is not there, and a missing artifact could not be told from a
        # forbidden one.
        allow(self.role, "TellMissingFromForbidden", ["s3:ListBucket"], [bucket.bucket_arn])
        allow(self.role, "BecomeTheTask", ["sts:AssumeRole"], [self.task_role.role_arn])
        # By name: the api function refers to the runners. It takes a caller's name from an event as it comes, so nobody
        # else may invoke it but API Gateway.
        allow(
            self.role,
            "AnswerForTheApi",
            ["lambda:InvokeFunction"],
            [
                Stack.of(self).format_arn(
                    service="lambda",
                    resource="function",
                    resource_name=stack_resource_name(API_FUNCTION),
                    arn_format=ArnFormat.COLON_RESOURCE_NAME,
                )
            ],
        )
        let_read_secrets(self.role)

    @property
    def log_group_arns(self) -> list[str]:
        """Where tasks' output is."""
        return [group.log_group_arn for group in self.log_groups.values()]

    def functions_by_memory(self, *, for_large: bool = False) -> str:
        """The variable `FLYTE_RUNNER_FUNCTIONS`: memory in MB to ARN of the runners that there are, as JSON.

        Args:
            for_large: It is for a large runner: where that is, all are.
        """
        entries = {tier: f'"{tier}":"{function.function_arn}"' for tier, function in self.functions.items()}
        small = ",".join(entry for tier, entry in entries.items() if not is_large(tier))
        large = "".join(f",{entry}" for tier, entry in entries.items() if is_large(tier))
        if for_large:
            return f"{{{small}{large}}}"
        return f"{{{small}{Fn.condition_if(self._has_large_runners.logical_id, large, '').to_string()}}}"


def is_large(memory_mb: int) -> bool:
    """Whether a new AWS account may not have a function of that memory."""
    return memory_mb > NEW_ACCOUNT_MEMORY_MB


def _resource(function: lambda_.Function) -> CfnResource:
    resource = function.node.default_child
    assert isinstance(resource, CfnResource)  # noqa: S101 - tells the type checker what the CDK made
    return resource


def runner_name(memory_mb: int) -> str:
    """The runner's function, without the stack's name."""
    return f"runner-{memory_mb}"
