"""What all functions have in common: the zip, the runtime, a role of their own, logs, tracing, variables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Duration, Fn, RemovalPolicy, Size, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs

from cdk.parameters import metrics_namespace, stack_resource_name
from cdk.permissions import acknowledge, allow
from flyte._version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct

    from cdk.parameters import Parameters
    from cdk.storage import Storage


API_FUNCTION = "api"
"""The api function's name, after the stack's: runners call it, and it refers to them."""


@dataclass(frozen=True, slots=True)
class FunctionShape:
    """What one function is and may use."""

    name: str
    """`{stack name}-` goes before it."""
    service: str
    """What its log lines call it."""
    handler: str
    description: str
    memory_mb: int
    timeout_s: int
    ephemeral_storage_mb: int = 512


class LogGroup(logs.LogGroup):
    """A log group that is kept for the days that the deployment chose, and goes with the stack."""

    def __init__(self, scope: Construct, name: str, parameters: Parameters, log_group_name: str) -> None:
        super().__init__(scope, name, log_group_name=log_group_name, removal_policy=RemovalPolicy.DESTROY)
        resource = self.node.default_child
        assert isinstance(resource, logs.CfnLogGroup)  # noqa: S101 - tells the type checker what the CDK made
        resource.add_property_override("RetentionInDays", {"Ref": parameters.log_retention_days.logical_id})


def function_log_group(scope: Construct, parameters: Parameters, name: str) -> LogGroup:
    """The log group of the function `{stack name}-{name}`, under the name that Lambda itself would give it.

    The emulator tells a function of no other name, and people look there.
    """
    title = "".join(part.capitalize() for part in name.split("-"))
    return LogGroup(scope, f"{title}Logs", parameters, log_group_name(name))


def log_group_name(name: str) -> str:
    """The name of the log group of the function `{stack name}-{name}`."""
    return f"/aws/lambda/{stack_resource_name(name)}"


class FunctionFactory:
    """Makes the stack's functions from its one zip."""

    def __init__(self, scope: Construct, parameters: Parameters, storage: Storage, state_machine_arn: str) -> None:
        self._parameters = parameters
        bucket = s3.Bucket.from_bucket_name(scope, "CodeBucketByName", parameters.code_bucket.value_as_string)
        acknowledge(
            bucket,
            {
                "Annotation::@aws-cdk/aws-lambda:codeFromBucketObjectVersionNotSpecified": "The key names the content: "
                "another zip has another key."
            },
        )
        self._code = lambda_.Code.from_bucket(bucket, parameters.functions_key.value_as_string)
        self._runtime = lambda_.Runtime(
            parameters.python_runtime.value_as_string, lambda_.RuntimeFamily.PYTHON, supports_inline_code=False
        )
        self._architecture = lambda_.Architecture.custom(parameters.architecture.value_as_string)
        self._variables = {
            "FLYTE_REGISTRY_TABLE": storage.registry.table_name,
            "FLYTE_RUNS_TABLE": storage.runs.table_name,
            "FLYTE_BUCKET": storage.bucket.bucket_name,
            "FLYTE_STATE_MACHINE_ARN": state_machine_arn,
            "FLYTE_RUN_RETENTION_DAYS": parameters.run_retention_days.value_as_string,
            "FLYTE_STACK_VERSION": __version__,
            "FLYTE_CONSOLE_URL": Token.as_string(
                Fn.condition_if(
                    parameters.has_console_url.logical_id,
                    parameters.console_url.value_as_string,
                    {"Ref": "AWS::NoValue"},
                )
            ),
            "FLYTE_METRICS": parameters.metrics.value_as_string,
            "POWERTOOLS_METRICS_NAMESPACE": metrics_namespace(),
            "POWERTOOLS_LOG_LEVEL": "INFO",
        }

    def function(
        self,
        scope: Construct,
        name: str,
        shape: FunctionShape,
        *,
        role: iam.Role,
        log_group: logs.ILogGroup,
        variables: Mapping[str, str] | None = None,
    ) -> lambda_.Function:
        """One function with the variables that docs/architecture.md names for all, and `variables` of its own."""
        function = lambda_.Function(
            scope,
            name,
            function_name=stack_resource_name(shape.name),
            description=shape.description,
            code=self._code,
            runtime=self._runtime,
            architecture=self._architecture,
            handler=shape.handler,
            memory_size=shape.memory_mb,
            timeout=Duration.seconds(shape.timeout_s),
            ephemeral_storage_size=Size.mebibytes(shape.ephemeral_storage_mb),
            role=role,
            log_group=log_group,
            tracing=lambda_.Tracing.ACTIVE,
            environment={**self._variables, "POWERTOOLS_SERVICE_NAME": shape.service, **(variables or {})},
        )
        acknowledge(
            function,
            {"AwsSolutions-L1": "The runtime is a parameter: it must be the one that the zip was built for."},
        )
        return function


def give_up_to(function: lambda_.Function, role: iam.Role, dead_letters: sqs.IQueue) -> None:
    """Events that the function fails on, as often as Lambda tries, go to the queue."""
    allow(role, "GiveUp", ["sqs:SendMessage"], [dead_letters.queue_arn])
    resource = function.node.default_child
    assert isinstance(resource, lambda_.CfnFunction)  # noqa: S101 - tells the type checker what the CDK made
    resource.dead_letter_config = lambda_.CfnFunction.DeadLetterConfigProperty(target_arn=dead_letters.queue_arn)


def function_role(scope: Construct, name: str, description: str, log_groups: Sequence[logs.ILogGroup]) -> iam.Role:
    """A role that only Lambda may assume: it may write to its log groups and send traces, and nothing else yet."""
    role = iam.Role(scope, name, description=description, assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    allow(
        role, "WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], [group.log_group_arn for group in log_groups]
    )
    acknowledge(
        role, {"AwsSolutions-IAM5[Resource::*]": "X-Ray's PutTraceSegments and PutTelemetryRecords know no resources."}
    )
    return role
