"""What notifications need of the stack: ends of runs that have any, a queue that tries again, a topic for e-mails."""

from __future__ import annotations

import json

import pytest

from flyte.protocol.limits import NOTIFICATION_ATTEMPTS
from flyte.protocol.phases import ActionPhase
from functions.control import lifecycle
from functions.control.notifications import ATTRIBUTE
from tests.unit.cdk.template_reader import plain


@pytest.fixture
def ends(template):
    return template.only("AWS::Lambda::EventSourceMapping", "Ends")


@pytest.fixture
def delivery(template):
    return template.only("AWS::Lambda::EventSourceMapping", "Delivery")


def test_the_ends_of_runs_with_notifications_are_heard_of_and_nothing_else(ends):
    """Lambda applies the filter, so that nothing is paid for other writes."""
    (wanted,) = ends["FilterCriteria"]["Filters"]
    pattern = json.loads(wanted["Pattern"])
    images = pattern["dynamodb"]
    (before,) = images["OldImage"]["phase"]["S"]
    assert pattern["eventName"] == ["MODIFY"]
    assert images["NewImage"][ATTRIBUTE] == {"S": [{"exists": True}]}
    assert set(images["NewImage"]["phase"]["S"]) == set(before["anything-but"])
    reached = {phase for phases in lifecycle.TRANSITIONS.values() for phase in phases if phase.is_terminal}
    assert set(before["anything-but"]) == {phase.value for phase in reached - {ActionPhase.RECOVERED}}


def test_no_end_is_lost_while_the_stack_is_made_or_the_function_fails(ends, template):
    assert ends["StartingPosition"] == "TRIM_HORIZON"
    assert ends["BisectBatchOnFunctionError"] is True
    assert plain(ends["DestinationConfig"]["OnFailure"]["Destination"]).startswith("<NotificationsDeadLetters")
    assert plain(ends["EventSourceArn"]) == "<Runs.StreamArn>"
    runs = template.body["Resources"]["Runs"]["Properties"]
    assert runs["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_what_is_not_delivered_is_tried_again_and_then_kept(delivery, template):
    queue = template.only("AWS::SQS::Queue", "NotificationsQueue")
    assert queue["RedrivePolicy"]["maxReceiveCount"] == NOTIFICATION_ATTEMPTS
    assert plain(queue["RedrivePolicy"]["deadLetterTargetArn"]).startswith("<NotificationsDeadLetters")
    assert queue["VisibilityTimeout"] == 6 * template.functions()["notifier"]["Timeout"]
    assert delivery["BatchSize"] == 1
    assert delivery["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert template.only("AWS::SQS::Queue", "NotificationsDeadLetters")["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_notifications_do_not_use_up_the_concurrency_of_tasks(delivery):
    assert delivery["ScalingConfig"] == {"MaximumConcurrency": 5}


def test_an_alarm_tells_of_notifications_that_were_given_up(template):
    alarm = template.only("AWS::CloudWatch::Alarm", "NotificationsFailed")
    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    (dimension,) = alarm["Dimensions"]
    assert plain(dimension["Value"]).startswith("<NotificationsDeadLetters")


def test_the_notifier_knows_its_queue_and_its_topic(template):
    given = json.loads(plain(template.functions()["notifier"]["Environment"]["Variables"]["FLYTE_NOTIFICATIONS"]))
    assert given["queue_url"].startswith("<NotificationsQueue")
    assert given["topic_arn"].startswith("<NotificationsTopic")
    assert given["topic_arn"] == plain(template.body["Outputs"]["NotificationsTopicArn"]["Value"])


def test_e_mails_are_kept_encrypted(template):
    topic = template.only("AWS::SNS::Topic", "Notifications")
    assert plain(topic["KmsMasterKeyId"]).endswith(":alias/aws/sns")
