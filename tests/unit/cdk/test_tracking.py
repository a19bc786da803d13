"""What closes actions that died: the rule, its dead letters, the schedule; and how the state machine is run."""

import json

from tests.unit.cdk.template_reader import CDK, plain


def test_the_state_machine_is_the_definition_in_the_repository(template):
    machine = template.only("AWS::StepFunctions::StateMachine")
    assert json.loads(machine["DefinitionString"]) == json.loads((CDK / "action_machine.asl.json").read_text())
    (recorder,) = machine["DefinitionSubstitutions"].values()
    assert list(machine["DefinitionSubstitutions"]) == ["RecorderFunctionArn"]
    assert plain(recorder).startswith("<TrackingRecorder")
    assert machine["StateMachineType"] == "STANDARD"


def test_the_state_machine_is_traced_and_logs_errors_without_data(template):
    machine = template.only("AWS::StepFunctions::StateMachine")
    assert machine["TracingConfiguration"] == {"Enabled": True}
    logging = machine["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ERROR", False)
    assert logging["Destinations"]


def test_the_state_machine_has_the_name_that_functions_are_told(template):
    machine = template.only("AWS::StepFunctions::StateMachine")
    assert plain(machine["StateMachineName"]) == "<AWS::StackName>-actions"


def test_executions_that_did_not_succeed_reach_the_recorder_or_a_dead_letter_queue(template):
    rule = template.only("AWS::Events::Rule")
    pattern = rule["EventPattern"]
    assert pattern["source"] == ["aws.states"]
    assert pattern["detail-type"] == ["Step Functions Execution Status Change"]
    assert pattern["detail"]["status"] == ["FAILED", "TIMED_OUT", "ABORTED"]
    assert [plain(arn) for arn in pattern["detail"]["stateMachineArn"]] == [
        f"<{next(iter(template.resources('AWS::StepFunctions::StateMachine')))}>"
    ]
    (target,) = rule["Targets"]
    assert plain(target["Arn"]).startswith("<TrackingRecorder")
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}
    assert plain(target["DeadLetterConfig"]["Arn"]) == dead_letters(template)


def test_an_event_that_the_recorder_fails_on_becomes_a_dead_letter(template):
    config = template.functions()["recorder"]["DeadLetterConfig"]
    assert plain(config["TargetArn"]) == dead_letters(template)


def test_dead_letters_are_encrypted_and_kept_as_long_as_can_be(template):
    queue = template.only("AWS::SQS::Queue", "Tracking")
    assert queue["SqsManagedSseEnabled"] is True
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_the_reconciler_runs_every_five_minutes_and_ends_before_the_next(template):
    schedule = template.only("AWS::Scheduler::Schedule")
    assert schedule["ScheduleExpression"] == "rate(5 minutes)"
    assert schedule["State"] == "ENABLED"
    assert plain(schedule["Target"]["Arn"]).startswith("<TrackingReconciler")
    assert template.functions()["reconciler"]["Timeout"] < 300


def dead_letters(template):
    (queue,) = [name for name in template.resources("AWS::SQS::Queue") if name.startswith("Tracking")]
    return f"<{queue}.Arn>"
