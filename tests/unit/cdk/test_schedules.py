"""What triggers need of the stack: schedules in a group of their own that can do one thing."""

from __future__ import annotations

import json

import pytest

from tests.unit.cdk.template_reader import as_list, plain

GROUP = "<AWS::StackName>-triggers"


def test_users_schedules_are_in_a_group_that_goes_with_the_stack(template):
    assert plain(template.only("AWS::Scheduler::ScheduleGroup")["Name"]) == GROUP


def test_the_api_knows_what_schedules_are_made_of(template):
    given = template.functions()["api"]["Environment"]["Variables"]["FLYTE_SCHEDULES"]
    schedules = json.loads(plain(given))
    assert schedules.pop("group") == GROUP
    assert {name: arn.split("<")[1][:13] for name, arn in schedules.items()} == {
        "role_arn": "SchedulesRole",
        "function_arn": "SchedulesFunc",
        "dead_letters_arn": "SchedulesDead",
    }


def test_a_schedule_may_invoke_the_one_function_and_tell_of_its_failure(template):
    allowed = {
        action: plain(statement["Resource"])
        for statement in template.statements("SchedulesRole")
        for action in as_list(statement["Action"])
    }
    assert allowed["lambda:InvokeFunction"].startswith("<SchedulesFunction")
    assert allowed["sqs:SendMessage"].startswith("<SchedulesDeadLetters")


def test_only_schedules_of_the_group_act_as_their_role(template):
    (role,) = [r for name, r in template.resources("AWS::IAM::Role").items() if name.startswith("SchedulesRole")]
    (trust,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    condition = trust["Condition"]["StringEquals"]
    assert condition["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}
    assert plain(condition["aws:SourceArn"]).endswith(f":schedule-group/{GROUP}")


def test_the_api_hands_that_role_to_scheduler_alone(template):
    (passing,) = [s for s in template.statements("ApiRole") if s["Action"] == "iam:PassRole"]
    assert plain(passing["Resource"]).startswith("<SchedulesRole")
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}


@pytest.mark.parametrize("role", ["ApiRole", "SchedulesFunctionRole"])
def test_no_schedule_outside_of_the_group_can_be_touched(template, role):
    found = [s for s in template.statements(role) if any(a.startswith("scheduler:") for a in as_list(s["Action"]))]
    assert found
    for statement in found:
        assert plain(statement["Resource"]).endswith(f":schedule/{GROUP}/*")


def test_an_event_on_which_no_run_could_be_started_becomes_a_dead_letter(template):
    queues = [name for name in template.resources("AWS::SQS::Queue") if name.startswith("Schedules")]
    assert [plain(template.functions()["trigger"]["DeadLetterConfig"]["TargetArn"])] == [f"<{q}.Arn>" for q in queues]
    queue = template.only("AWS::SQS::Queue", "Schedules")
    assert queue["SqsManagedSseEnabled"] is True
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
