"""What a deployment chooses: the template's parameters, and the values that are derived from them."""

from __future__ import annotations

from aws_cdk import Aws, CfnCondition, CfnParameter, Fn, ICfnRuleConditionExpression
from constructs import Construct

from flyte.protocol.limits import LAMBDA_TIMEOUT_S

LOG_RETENTION_DAYS = [
    "1",
    "3",
    "5",
    "7",
    "14",
    "30",
    "60",
    "90",
    "120",
    "150",
    "180",
    "365",
    "400",
    "545",
    "731",
    "1096",
]
"""Source: CloudWatch Logs, PutRetentionPolicy, `retentionInDays`, up to three years."""


class Parameters(Construct):
    """The template's parameters."""

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "Parameters")
        self.code_bucket = self._text("CodeBucket", "Bucket that holds the functions' zip, in the stack's region")
        self.functions_key = self._text(
            "FunctionsKey", "Key of the functions' zip in CodeBucket; a new key is a new version"
        )
        self.architecture = self._text(
            "Architecture",
            "Instruction set of the functions and of the zip",
            default="arm64",
            allowed=["arm64", "x86_64"],
        )
        self.python_runtime = self._text(
            "PythonRuntime",
            "Lambda runtime of the functions, for which the zip was built",
            default="python3.13",
            allowed=["python3.11", "python3.12", "python3.13", "python3.14"],
        )
        self.log_retention_days = self._text(
            "LogRetentionDays", "Days that logs are kept", default="30", allowed=LOG_RETENTION_DAYS
        )
        self.run_retention_days = self._count(
            "RunRetentionDays", "Days that the record of a run, and inputs uploaded for it, are kept", default=90
        )
        self.console_url = self._text(
            "ConsoleUrl", "Where a console is served, for links to runs; empty for none", default=""
        )
        self.alarm_topic = self._text(
            "AlarmTopicArn", "SNS topic that alarms notify; empty for alarms that only show", default=""
        )
        self.alarm_email = self._text(
            "AlarmEmail", "E-mail address that alarms are sent to, once it has confirmed; empty for none", default=""
        )
        self.failed_runs = self._count(
            "FailedRunsAlarm", "Failed runs within five minutes from which on there is an alarm", default=10
        )
        self.metrics = self._text(
            "Metrics",
            "What is measured: nothing, the stack as a whole, or each task too; each metric costs money",
            default="stack",
            allowed=["off", "stack", "task"],
        )
        self.large_runners = self._text(
            "LargeRunners",
            "Whether to have runners of more than 3,008 MB, which AWS does not allow new accounts",
            default="true",
            allowed=["true", "false"],
        )
        self.runner_timeout_s = self._count(
            "RunnerTimeoutSeconds",
            "Seconds that an invocation of a runner may take; runs of any length go on in another one",
            default=LAMBDA_TIMEOUT_S,
            at_least=10,
            at_most=LAMBDA_TIMEOUT_S,
        )
        self.api_concurrency = self._count(
            "ApiReservedConcurrency",
            "Invocations of the api function that are kept free of the account's concurrency, which large maps use up; "
            "0 for none, as AWS demands of new accounts. No more of them then run at a time",
            default=0,
            at_least=0,
        )
        self.has_api_concurrency = self._condition(
            "HasApiReservedConcurrency",
            Fn.condition_not(Fn.condition_equals(Fn.ref(self.api_concurrency.logical_id), "0")),
        )
        self.has_large_runners = self._condition(
            "HasLargeRunners", Fn.condition_equals(self.large_runners.value_as_string, "true")
        )
        self.has_console_url = self._is_given("HasConsoleUrl", self.console_url)
        self.has_alarm_topic = self._is_given("HasAlarmTopic", self.alarm_topic)
        self.has_alarm_email = self._is_given("HasAlarmEmail", self.alarm_email)

    def _text(
        self, name: str, description: str, *, default: str | None = None, allowed: list[str] | None = None
    ) -> CfnParameter:
        parameter = CfnParameter(self, name, description=description, default=default, allowed_values=allowed)
        parameter.override_logical_id(name)
        return parameter

    def _count(
        self, name: str, description: str, *, default: int, at_least: int = 1, at_most: int | None = None
    ) -> CfnParameter:
        parameter = CfnParameter(
            self,
            name,
            type="Number",
            description=description,
            default=default,
            min_value=at_least,
            max_value=at_most,
        )
        parameter.override_logical_id(name)
        return parameter

    def _is_given(self, name: str, parameter: CfnParameter) -> CfnCondition:
        return self._condition(name, Fn.condition_not(Fn.condition_equals(parameter.value_as_string, "")))

    def _condition(self, name: str, expression: ICfnRuleConditionExpression) -> CfnCondition:
        condition = CfnCondition(self, name, expression=expression)
        condition.override_logical_id(name)
        return condition


def metrics_namespace() -> str:
    """The namespace of the stack's own metrics: with it, no dimension need tell stacks apart."""
    return f"Flyte/{Aws.STACK_NAME}"


def stack_resource_name(suffix: str) -> str:
    """`{stack name}-{suffix}`: for what must have its name before it exists, or is looked for by name."""
    return f"{Aws.STACK_NAME}-{suffix}"
