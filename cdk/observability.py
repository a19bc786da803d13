"""The dashboard, and alarms on what a person must look into. A user's failing task is no alarm: it is in the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Aws, CfnCondition, Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.permissions import acknowledge
from cdk.runner import is_large

if TYPE_CHECKING:
    from cdk.api import Api
    from cdk.parameters import Parameters
    from cdk.runner import Runner
    from cdk.schedules import Schedules
    from cdk.storage import Storage
    from cdk.tracking import Tracking

PERIOD = Duration.minutes(5)


@dataclass(frozen=True, slots=True)
class Watch:
    """One alarm: what it means, and from which value within five minutes on."""

    name: str
    meaning: str
    metric: cloudwatch.IMetric
    threshold: float = 1
    periods: int = 1
    only_if: CfnCondition | None = None


class Observability(Construct):
    """What the stack shows of itself in CloudWatch."""

    def __init__(
        self,
        scope: Construct,
        parameters: Parameters,
        storage: Storage,
        runner: Runner,
        tracking: Tracking,
        schedules: Schedules,
        api: Api,
    ) -> None:
        super().__init__(scope, "Observability")
        self._parameters = parameters
        runners = runner.functions
        for watch in (
            *(
                _runner_died(memory_mb, function, parameters.has_large_runners if is_large(memory_mb) else None)
                for memory_mb, function in runners.items()
            ),
            Watch(
                "Throttled",
                "Lambda's concurrency limit of the account is reached: actions wait",
                # Without a dimension: the limit is the account's, so whoever uses it up matters.
                lambda_.Function.metric_all_throttles(period=PERIOD, statistic="Sum"),
                threshold=50,
                periods=3,
            ),
            Watch(
                "DeadLettersWaiting",
                "How an execution ended was not recorded: the reconciler will, the queue's message says why",
                tracking.dead_letters.metric_approximate_number_of_messages_visible(period=PERIOD, statistic="Maximum"),
            ),
            Watch(
                "TriggersFailed",
                "Runs that were due could not be started: each message in the queue of triggers says why",
                schedules.dead_letters.metric_approximate_number_of_messages_visible(
                    period=PERIOD, statistic="Maximum"
                ),
            ),
            Watch(
                "ApiServerErrors",
                "The API answered 5xx",
                api.http_api.metric_server_error(period=PERIOD, statistic="Sum"),
                threshold=5,
            ),
            Watch(
                "RecorderErrors",
                "The recorder failed: records lag behind executions",
                tracking.recorder.metric_errors(period=PERIOD, statistic="Sum"),
            ),
            Watch(
                "ReconcilerErrors",
                "The reconciler failed twice: forgotten actions stay open",
                tracking.reconciler.metric_errors(period=PERIOD, statistic="Sum"),
                periods=2,
            ),
        ):
            self._alarm(watch)
        self._dashboard(list(runners.values()), storage, tracking, api)

    def _alarm(self, watch: Watch) -> None:
        alarm = cloudwatch.Alarm(
            self,
            watch.name,
            alarm_description=watch.meaning,
            metric=watch.metric,
            threshold=watch.threshold,
            evaluation_periods=watch.periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        resource = alarm.node.default_child
        assert isinstance(resource, cloudwatch.CfnAlarm)  # noqa: S101 - tells the type checker what the CDK made
        acknowledge(
            alarm, {"CloudFormation-Validate::F3033": "Without a topic the condition leaves the list out altogether."}
        )
        resource.cfn_options.condition = watch.only_if
        topic = self._parameters.alarm_topic.logical_id
        for action in ("AlarmActions", "OKActions"):
            resource.add_property_override(
                action,
                {"Fn::If": [self._parameters.has_alarm_topic.logical_id, [{"Ref": topic}], {"Ref": "AWS::NoValue"}]},
            )

    def _dashboard(
        self,
        runners: list[lambda_.IFunction],
        storage: Storage,
        tracking: Tracking,
        api: Api,
    ) -> None:
        machine = tracking.machine
        dashboard = cloudwatch.Dashboard(self, "Dashboard", dashboard_name=Aws.STACK_NAME)
        dashboard.add_widgets(
            _graph(
                "Actions",
                machine.metric_started(period=PERIOD),
                machine.metric_succeeded(period=PERIOD),
                machine.metric_failed(period=PERIOD),
                machine.metric_aborted(period=PERIOD),
            ),
            _graph(
                "Runners that died, throttled invocations",
                *(function.metric_errors(period=PERIOD, statistic="Sum") for function in runners),
                *(function.metric_throttles(period=PERIOD, statistic="Sum") for function in runners),
            ),
            _graph(
                "Running now",
                *(function.metric("ConcurrentExecutions", period=PERIOD, statistic="Maximum") for function in runners),
            ),
        )
        dashboard.add_widgets(
            _graph(
                "API requests",
                api.http_api.metric_count(period=PERIOD),
                api.http_api.metric_client_error(period=PERIOD),
                api.http_api.metric_server_error(period=PERIOD),
            ),
            _graph(
                "API latency",
                api.http_api.metric_latency(period=PERIOD, statistic="p50"),
                api.http_api.metric_latency(period=PERIOD, statistic="p99"),
            ),
            _graph(
                "Tables: capacity used",
                *(
                    table.metric(name, dimensions_map={"TableName": table.table_name}, period=PERIOD, statistic="Sum")
                    for table in (storage.registry, storage.runs)
                    for name in ("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits")
                ),
            ),
        )


def _graph(title: str, *metrics: cloudwatch.IMetric) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=8, height=6)


def _runner_died(memory_mb: int, function: lambda_.IFunction, only_if: CfnCondition | None) -> Watch:
    return Watch(
        f"Runner{memory_mb}Died",
        f"Invocations of the {memory_mb} MB runner ended in an error: crash, timeout or out of memory",
        function.metric_errors(period=PERIOD, statistic="Sum"),
        threshold=10,
        only_if=only_if,
    )
