"""Alarms on what a person must look into, and whom they tell: a topic that is given, or an address that is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Aws, CfnCondition, CfnResource, Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IConstruct

from cdk.own_metrics import counted
from cdk.permissions import acknowledge
from cdk.runner import is_large

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdk.api import Api
    from cdk.notifications import Notifications
    from cdk.parameters import Parameters
    from cdk.runner import Runner
    from cdk.schedules import Schedules
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


class Alarms(Construct):
    """The stack's alarms."""

    def __init__(
        self,
        scope: Construct,
        parameters: Parameters,
        runner: Runner,
        tracking: Tracking,
        schedules: Schedules,
        notifications: Notifications,
        api: Api,
    ) -> None:
        super().__init__(scope, "Alarms")
        self._parameters = parameters
        self._email = EmailTopic(self, parameters)
        watches = [
            *_runs(parameters),
            *_runners(parameters, runner),
            *_tracking(tracking),
            Watch(
                "TriggersFailed",
                "Runs that were due could not be started: each message in the queue of triggers says why",
                _waiting(schedules.dead_letters),
            ),
            Watch(
                "NotificationsFailed",
                "Notifications of runs did not arrive in 11 hours: the notifier's log says why, the queue's messages "
                "can be sent again from there",
                _waiting(notifications.dead_letters),
            ),
            Watch(
                "ApiServerErrors",
                "The API answered 5xx",
                api.http_api.metric_server_error(period=PERIOD, statistic="Sum"),
                threshold=5,
            ),
        ]
        made = {watch: self._alarm(watch) for watch in watches}
        self.unconditional = [alarm for watch, alarm in made.items() if watch.only_if is None]
        """Those that are there in each stack, so that others may refer to them."""

    def _alarm(self, watch: Watch) -> cloudwatch.Alarm:
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
        acknowledge(
            alarm, {"CloudFormation-Validate::F3033": "Without a topic the condition leaves its entry of the list out."}
        )
        resource = _resource(alarm)
        resource.cfn_options.condition = watch.only_if
        for action in ("AlarmActions", "OKActions"):
            resource.add_property_override(action, self._told())
        return alarm

    def _told(self) -> list[object]:
        parameters = self._parameters
        return [
            {"Fn::If": [condition.logical_id, {"Ref": topic}, {"Ref": "AWS::NoValue"}]}
            for condition, topic in (
                (parameters.has_alarm_topic, parameters.alarm_topic.logical_id),
                (parameters.has_alarm_email, self._email.logical_id),
            )
        ]


class EmailTopic(Construct):
    """A topic that sends alarms to the address that the deployment names; without one there is none."""

    def __init__(self, scope: Construct, parameters: Parameters) -> None:
        super().__init__(scope, "Email")
        topic = sns.Topic(self, "Topic", display_name=f"Alarms of {Aws.STACK_NAME}", enforce_ssl=True)
        # With a policy of its own the topic loses the one that lets all of the account publish.
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsOfThisAccount",
                actions=["sns:Publish"],
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        sns.Subscription(
            self,
            "Subscription",
            topic=topic,
            protocol=sns.SubscriptionProtocol.EMAIL,
            endpoint=parameters.alarm_email.value_as_string,
        )
        acknowledge(
            topic,
            {
                "AwsSolutions-SNS2": "Alarms tell names and counts; CloudWatch may not use the key that AWS manages, "
                "and a key of the customer's costs more than all alarms."
            },
        )
        for each in self.node.find_all():
            if isinstance(each, CfnResource):
                each.cfn_options.condition = parameters.has_alarm_email
        self.logical_id = _resource(topic).logical_id


def _runs(parameters: Parameters) -> Iterator[Watch]:
    yield Watch(
        "RunsFailed",
        "Many runs failed or timed out: the saved query `Failures by reason` tells of what",
        counted("FailedRuns", PERIOD),
        threshold=parameters.failed_runs.value_as_number,
    )
    yield Watch(
        "ReconcilerFinds",
        "The reconciler had to start or close actions twice in a row: runner and recorder miss some",
        counted("ReconcilerFinds", PERIOD),
        periods=2,
    )


def _runners(parameters: Parameters, runner: Runner) -> Iterator[Watch]:
    for memory_mb, function in runner.functions.items():
        yield Watch(
            f"Runner{memory_mb}Died",
            f"Invocations of the {memory_mb} MB runner ended in an error: crash, timeout or out of memory",
            function.metric_errors(period=PERIOD, statistic="Sum"),
            threshold=10,
            only_if=parameters.has_large_runners if is_large(memory_mb) else None,
        )
    yield Watch(
        "Throttled",
        "Lambda's concurrency limit of the account is reached: actions wait",
        # Without a dimension: the limit is the account's, so whoever uses it up matters.
        lambda_.Function.metric_all_throttles(period=PERIOD, statistic="Sum"),
        threshold=50,
        periods=3,
    )


def _tracking(tracking: Tracking) -> Iterator[Watch]:
    yield Watch(
        "DeadLettersWaiting",
        "How an execution ended was not recorded: the reconciler will, the queue's message says why",
        _waiting(tracking.dead_letters),
    )
    yield Watch(
        "RecorderErrors",
        "The recorder failed: records lag behind executions",
        tracking.recorder.metric_errors(period=PERIOD, statistic="Sum"),
    )
    yield Watch(
        "ReconcilerErrors",
        "The reconciler failed twice: forgotten actions stay open",
        tracking.reconciler.metric_errors(period=PERIOD, statistic="Sum"),
        periods=2,
    )


def _waiting(queue: sqs.IQueue) -> cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(period=PERIOD, statistic="Maximum")


def _resource(construct: IConstruct) -> CfnResource:
    resource = construct.node.default_child
    assert isinstance(resource, CfnResource)  # noqa: S101 - tells the type checker what the CDK made
    return resource
