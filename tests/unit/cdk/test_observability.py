"""Alarms tell of what a person must look into, whether or not anybody is to be told."""

from flyte.protocol.limits import MEMORY_TIERS_MB

TOLD = {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]}


def test_each_kind_of_trouble_has_its_alarm(template):
    alarms = template.resources("AWS::CloudWatch::Alarm").values()
    watched = sorted((a["Properties"]["Namespace"], a["Properties"]["MetricName"]) for a in alarms)
    assert watched == sorted(
        [
            *[("AWS/Lambda", "Errors")] * (len(MEMORY_TIERS_MB) + 2),
            ("AWS/Lambda", "Throttles"),
            *[("AWS/SQS", "ApproximateNumberOfMessagesVisible")] * 2,
            ("AWS/ApiGateway", "5xx"),
        ]
    )


def test_an_alarm_tells_a_topic_if_there_is_one_and_silence_is_well(template):
    for alarm in template.resources("AWS::CloudWatch::Alarm").values():
        properties = alarm["Properties"]
        assert properties["AlarmActions"] == properties["OKActions"] == TOLD
        assert properties["TreatMissingData"] == "notBreaching"
        assert properties["AlarmDescription"]


def test_there_is_a_dashboard_named_after_the_stack(template):
    assert template.only("AWS::CloudWatch::Dashboard")["DashboardName"] == {"Ref": "AWS::StackName"}
