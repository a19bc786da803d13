"""What tells people of runs that have ended: the notifier function between a queue, a topic for e-mails, and the web.

The runs table's stream gives it the ends of runs that have notifications, and of no others: the filter is Lambda's, so
a run without any costs nothing here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_cdk import Aws, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.functions import FunctionFactory, FunctionShape, function_log_group, function_role
from cdk.permissions import allow
from flyte.protocol.limits import NOTIFICATION_ATTEMPTS

if TYPE_CHECKING:
    from cdk.parameters import Parameters
    from cdk.storage import Storage

VARIABLE = "FLYTE_NOTIFICATIONS"
TIMEOUT_S = 30
ENDS = ["succeeded", "failed", "aborted", "timed_out"]
_BATCH = 20
_AT_A_TIME = 5
"""Invocations that deliver at a time: more runs than that which end at once wait in the queue, and tasks do not."""


class Notifications(Construct):
    """Sends notifications of runs."""

    def __init__(self, scope: Construct, parameters: Parameters, storage: Storage, factory: FunctionFactory) -> None:
        super().__init__(scope, "Notifications")
        self._storage = storage
        self.dead_letters = _queue(self, "DeadLetters", retention_period=Duration.days(14))
        self.queue = _queue(
            self,
            "Queue",
            # Source: Lambda developer guide, "Using Lambda with Amazon SQS": six times the function's timeout.
            visibility_timeout=Duration.seconds(6 * TIMEOUT_S),
            retention_period=Duration.days(14),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=NOTIFICATION_ATTEMPTS),
        )
        self.topic = sns.Topic(
            self,
            "Topic",
            display_name=f"Flyte {Aws.STACK_NAME}",
            enforce_ssl=True,
            master_key=kms.Alias.from_alias_name(self, "SnsKey", "alias/aws/sns"),
        )
        self.function = self._function(parameters, factory)
        self._hear_of_ends()
        self._deliver()

    def _function(self, parameters: Parameters, factory: FunctionFactory) -> lambda_.Function:
        log_group = function_log_group(self, parameters, "notifier")
        role = function_role(self, "FunctionRole", "Tells people of runs that have ended", [log_group])
        self._grant(role)
        shape = FunctionShape(
            name="notifier",
            service="notifier",
            handler="functions.notifier.handler.handle",
            description="Sends the notifications of runs that have ended",
            memory_mb=512,
            timeout_s=TIMEOUT_S,
        )
        given = {"queue_url": self.queue.queue_url, "topic_arn": self.topic.topic_arn}
        return factory.function(
            self,
            "Function",
            shape,
            role=role,
            log_group=log_group,
            variables={VARIABLE: Stack.of(self).to_json_string(given)},
        )

    def _grant(self, role: iam.Role) -> None:
        allow(
            role,
            "ReadEnds",
            ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
            [self._stream_arn],
        )
        allow(
            role,
            "UseTheQueue",
            [
                f"sqs:{name}"
                for name in (
                    "SendMessage",
                    "ReceiveMessage",
                    "DeleteMessage",
                    "ChangeMessageVisibility",
                    "GetQueueAttributes",
                )
            ],
            [self.queue.queue_arn],
        )
        allow(role, "GiveUp", ["sqs:SendMessage"], [self.dead_letters.queue_arn])
        allow(
            role,
            "Mail",
            ["sns:Publish", "sns:Subscribe", "sns:ListSubscriptionsByTopic"],
            [self.topic.topic_arn],
        )

    def _hear_of_ends(self) -> None:
        is_no_end = [{"anything-but": ENDS}]
        pattern = {
            "eventName": ["MODIFY"],
            "dynamodb": {
                "NewImage": {"notifications": {"S": [{"exists": True}]}, "phase": {"S": ENDS}},
                "OldImage": {"phase": {"S": is_no_end}},
            },
        }
        lambda_.CfnEventSourceMapping(
            self,
            "Ends",
            function_name=self.function.function_name,
            event_source_arn=self._stream_arn,
            starting_position="TRIM_HORIZON",
            batch_size=_BATCH,
            bisect_batch_on_function_error=True,
            # The stream keeps a record for a day.
            maximum_record_age_in_seconds=int(Duration.days(1).to_seconds()),
            filter_criteria=lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
                filters=[lambda_.CfnEventSourceMapping.FilterProperty(pattern=json.dumps(pattern, sort_keys=True))]
            ),
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(destination=self.dead_letters.queue_arn)
            ),
        )

    def _deliver(self) -> None:
        lambda_.CfnEventSourceMapping(
            self,
            "Delivery",
            function_name=self.function.function_name,
            event_source_arn=self.queue.queue_arn,
            # Each may wait for a slow webhook, and one that fails has its own time to come again.
            batch_size=1,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(maximum_concurrency=_AT_A_TIME),
        )

    @property
    def _stream_arn(self) -> str:
        arn = self._storage.runs.table_stream_arn
        assert arn is not None  # noqa: S101 - `Storage` asks for a stream
        return arn


def _queue(
    scope: Construct,
    name: str,
    *,
    retention_period: Duration,
    visibility_timeout: Duration | None = None,
    dead_letter_queue: sqs.DeadLetterQueue | None = None,
) -> sqs.Queue:
    return sqs.Queue(
        scope,
        name,
        enforce_ssl=True,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        retention_period=retention_period,
        visibility_timeout=visibility_timeout,
        dead_letter_queue=dead_letter_queue,
    )
