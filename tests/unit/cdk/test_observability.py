"""Alarms tell of what a person must look into, the dashboard shows a day, saved queries ask what people ask first."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.limits import MEMORY_TIERS_MB
from tests.unit.cdk.template_reader import plain

if TYPE_CHECKING:
    from tests.unit.cdk.template_reader import Template

NAMESPACE = "Flyte/<AWS::StackName>"
NOTHING = {"Ref": "AWS::NoValue"}
FIELDS = set(
    """
    timestamp level message source stream location exception event status method path caller request_id project domain
    run action attempt task version phase error error_kind error_message queue_ms run_ms billed_ms suspended_ms
    suspensions memory_mb gb_s took_ms cold_start duration_ms
    """.split()  # noqa: SIM905 - a list of 33 would fill a screen
)
"""What functions/observability, the runner and the API write into their lines."""
GRAMMAR = set(
    "filter sort stats display limit and or not in like as by asc desc count sum max latest pct bin ispresent h".split()  # noqa: SIM905 - see above
)


@pytest.fixture(scope="module")
def widgets(template: Template) -> dict[str, dict[str, Any]]:
    """Widgets of the dashboard by title."""
    body = json.loads(plain(template.only("AWS::CloudWatch::Dashboard")["DashboardBody"]))
    return {widget["properties"]["title"]: widget for widget in body["widgets"]}


def alarm(template: Template, name: str) -> dict[str, Any]:
    return template.only("AWS::CloudWatch::Alarm", f"Alarms{name}")


def test_each_kind_of_trouble_has_its_alarm(template: Template) -> None:
    alarms = [each["Properties"] for each in template.resources("AWS::CloudWatch::Alarm").values()]
    watched = sorted((plain(each["Namespace"]), each["MetricName"]) for each in alarms)
    assert watched == sorted(
        [
            *[("AWS/Lambda", "Errors")] * (len(MEMORY_TIERS_MB) + 2),
            ("AWS/Lambda", "Throttles"),
            *[("AWS/SQS", "ApproximateNumberOfMessagesVisible")] * 3,
            ("AWS/ApiGateway", "5xx"),
            (NAMESPACE, "FailedRuns"),
            (NAMESPACE, "ReconcilerFinds"),
        ]
    )


@pytest.mark.parametrize(
    ("name", "metric", "threshold", "periods"),
    [
        ("RunsFailed", "FailedRuns", {"Ref": "FailedRunsAlarm"}, 1),
        ("ReconcilerFinds", "ReconcilerFinds", 1, 2),
    ],
)
def test_failures_and_finds_are_counted_by_the_stacks_own_metrics(
    template: Template, name: str, metric: str, threshold: object, periods: int
) -> None:
    found = alarm(template, name)
    assert (found["MetricName"], found["Threshold"], found["EvaluationPeriods"]) == (metric, threshold, periods)
    assert (found["Statistic"], found["Period"]) == ("Sum", 300)
    assert "Dimensions" not in found


def test_an_alarm_tells_whom_the_deployment_names_and_silence_is_well(template: Template) -> None:
    (name,) = [each for each in template.resources("AWS::SNS::Topic") if "Alarms" in each]
    topic = {"Ref": name}
    told = [
        {"Fn::If": ["HasAlarmTopic", {"Ref": "AlarmTopicArn"}, NOTHING]},
        {"Fn::If": ["HasAlarmEmail", topic, NOTHING]},
    ]
    for each in template.resources("AWS::CloudWatch::Alarm").values():
        properties = each["Properties"]
        assert properties["AlarmActions"] == properties["OKActions"] == told
        assert properties["TreatMissingData"] == "notBreaching"
        assert properties["AlarmDescription"]


def test_an_address_gets_a_topic_that_only_alarms_of_this_account_may_use(template: Template) -> None:
    for kind in ("AWS::SNS::Topic", "AWS::SNS::Subscription", "AWS::SNS::TopicPolicy"):
        (resource,) = [each for name, each in template.resources(kind).items() if "Alarms" in name]
        assert resource["Condition"] == "HasAlarmEmail"
    subscription = template.only("AWS::SNS::Subscription")
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", {"Ref": "AlarmEmail"})
    statements = template.only("AWS::SNS::TopicPolicy", "Alarms")["PolicyDocument"]["Statement"]
    (allowed,) = [each for each in statements if each["Effect"] == "Allow"]
    assert allowed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    (denied,) = [each for each in statements if each["Effect"] == "Deny"]
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_there_is_a_dashboard_of_a_day_named_after_the_stack(template: Template) -> None:
    dashboard = template.only("AWS::CloudWatch::Dashboard")
    assert dashboard["DashboardName"] == {"Ref": "AWS::StackName"}
    assert json.loads(plain(dashboard["DashboardBody"]))["start"] == "-P1D"


def test_the_dashboard_shows_each_of_our_metrics(widgets: dict[str, dict[str, Any]]) -> None:
    shown = {
        entry[1]
        for widget in widgets.values()
        for entry in widget["properties"].get("metrics", ())
        if entry[0] == NAMESPACE
    }
    assert shown == {
        "Runs",
        "Actions",
        "QueueTime",
        "RunTime",
        "BilledTime",
        "ColdStarts",
        "Suspensions",
        "ReconcilerFinds",
    }


def test_no_widget_of_the_dashboard_is_empty_and_all_fit_its_width(widgets: dict[str, dict[str, Any]]) -> None:
    for widget in widgets.values():
        properties = widget["properties"]
        assert properties.get("metrics") or properties.get("alarms") or properties.get("query")
        assert widget["x"] + widget["width"] <= 24


def test_the_dashboard_refers_to_nothing_that_may_be_left_out(template: Template) -> None:
    text = json.dumps(template.only("AWS::CloudWatch::Dashboard"))
    conditional = [name for name, resource in template.body["Resources"].items() if "Condition" in resource]
    assert conditional
    assert [name for name in conditional if f'"{name}"' in text] == []


@pytest.mark.parametrize(
    "name",
    [
        "Runs that failed",
        "Failures by reason",
        "Lines of a run",
        "Slowest runs",
        "Longest in the queue",
        "Most expensive tasks",
        "Cold starts",
        "Memory used of what is paid for",
        "Requests that were refused",
        "Errors of the functions themselves",
    ],
)
def test_what_people_ask_first_is_a_saved_query_on_log_groups_that_there_are(template: Template, name: str) -> None:
    (query,) = [
        each["Properties"]
        for each in template.resources("AWS::Logs::QueryDefinition").values()
        if plain(each["Properties"]["Name"]) == f"<AWS::StackName>/{name}"
    ]
    groups = {plain(each["Properties"]["LogGroupName"]) for each in template.resources("AWS::Logs::LogGroup").values()}
    assert {plain(each) for each in query["LogGroupNames"]} <= groups
    assert query["LogGroupNames"]
    commands = [line.removeprefix("| ") for line in query["QueryString"].splitlines()]
    assert {command.split()[0] for command in commands} <= {"filter", "sort", "stats", "display", "limit"}
    assert len(query["QueryString"]) <= 10_000


def test_saved_queries_ask_for_fields_that_lines_have(template: Template) -> None:
    """What functions/observability and the runner write; `@…` are fields of Logs Insights itself."""
    for each in template.resources("AWS::Logs::QueryDefinition").values():
        text = re.sub(r'"[^"]*"|/[A-Za-z .|]+/', "", each["Properties"]["QueryString"])
        aliases = set(re.findall(r" as (\w+)", text))
        words = set(re.findall(r"(?<![@\w.])[a-z]\w*", text)) - aliases
        assert words - GRAMMAR <= FIELDS, plain(each["Properties"]["Name"])
