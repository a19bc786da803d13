"""The state machine as a text: reachable states, the designed retries, and nothing but references passing through."""

import json

import pytest

from flyte.protocol.limits import LAMBDA_TIMEOUT_S
from flyte.protocol.runs import ExecutionInput, Invocation, Outcome, OutcomeStatus
from tests.unit.cdk.template_reader import CDK

INVOKE = "arn:aws:states:::lambda:invoke"


@pytest.fixture(scope="module")
def machine():
    return json.loads((CDK / "action_machine.asl.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def states(machine):
    return machine["States"]


def test_every_state_is_reached_and_every_way_leads_to_a_state(machine, states):
    reached, ahead = set(), [machine["StartAt"]]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += ways_out(states[name])
    assert reached == set(states)


def test_a_run_of_one_task_enters_three_states(machine, states):
    assert machine["StartAt"] == "Run"
    assert states["Run"]["Next"] == "Choose"
    choices = {choice["StringEquals"]: choice["Next"] for choice in states["Choose"]["Choices"]}
    assert choices["succeeded"] == "Succeeded"
    assert states["Succeeded"]["Type"] == "Succeed"


def test_each_status_of_an_outcome_has_its_way_and_what_is_unknown_fails(states):
    choices = {choice["StringEquals"]: choice["Next"] for choice in states["Choose"]["Choices"]}
    assert choices == {"succeeded": "Succeeded", "retry": "WaitBeforeRetry", "suspended": "Park"}
    assert set(choices) < {status.value for status in OutcomeStatus}
    assert states["Choose"]["Default"] == "Failed"


def test_a_parked_action_goes_on_with_the_same_attempt_however_it_is_woken(states):
    park = states["Park"]
    assert park["Resource"] == f"{INVOKE}.waitForTaskToken"
    given = park["Parameters"]["Payload"]["park"]
    assert given.pop("token.$") == "$$.Task.Token"
    assert {name.removesuffix(".$") for name in given} == set(Invocation.model_fields)
    assert park["TimeoutSecondsPath"] == "$.outcome.wait_s"
    (tick,) = park["Catch"]
    assert (tick["ErrorEquals"], tick["Next"], park["Next"]) == (["States.ALL"], "NextAttempt", "NextAttempt")


def test_the_runner_is_given_an_invocation_and_gives_an_outcome(states):
    run = states["Run"]
    assert run["Resource"] == INVOKE
    assert run["Parameters"]["FunctionName.$"] == "$.function_arn"
    assert run["Parameters"]["Payload"] == {f"{name}.$": f"$.{name}" for name in Invocation.model_fields}
    assert run["ResultSelector"] == {f"{name}.$": f"$.Payload.{name}" for name in Outcome.model_fields}
    assert run["ResultPath"] == "$.outcome"
    assert run["TimeoutSeconds"] > LAMBDA_TIMEOUT_S


def test_invocations_are_retried_for_the_services_faults_alone(states):
    throttled, faults = states["Run"]["Retry"]
    assert throttled["ErrorEquals"] == ["Lambda.TooManyRequestsException"]
    assert throttled["MaxAttempts"] >= 1000
    assert set(faults["ErrorEquals"]) == {
        "Lambda.Unknown",
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.ClientExecutionTimeoutException",
    }
    for retrier in (throttled, faults, *states["Close"]["Retry"]):
        assert retrier["JitterStrategy"] == "FULL"
        assert retrier["MaxDelaySeconds"] <= 60


def test_throttling_cannot_fill_the_execution_history(states):
    # Each retry writes three events; 25,000 end the execution.
    assert 3 * states["Run"]["Retry"][0]["MaxAttempts"] < 25_000 / 2


def test_whatever_kills_the_runner_is_closed_by_the_recorder(states):
    (catch,) = states["Run"]["Catch"]
    assert catch == {"ErrorEquals": ["States.ALL"], "ResultPath": "$.death", "Next": "Close"}
    close = states["Close"]
    assert close["Parameters"]["FunctionName"] == "${RecorderFunctionArn}"
    assert close["Parameters"]["Payload"] == {
        "close": {
            **{f"{name}.$": f"$.{name}" for name in Invocation.model_fields},
            "error.$": "$.death.Error",
            "cause.$": "$.death.Cause",
        }
    }
    assert close["ResultSelector"] == states["Run"]["ResultSelector"]
    assert close["Next"] == "Choose"
    assert "Catch" not in close, (
        "what the recorder cannot close must end the execution, so that EventBridge tells of it"
    )


def test_the_next_attempt_starts_clean_with_the_number_that_the_outcome_names(states):
    assert states["WaitBeforeRetry"]["SecondsPath"] == "$.outcome.wait_s"
    assert states["WaitBeforeRetry"]["Next"] == "NextAttempt"
    assert states["NextAttempt"]["Next"] == "Run"
    expected = {f"{name}.$": f"$.{name}" for name in ExecutionInput.model_fields}
    assert states["NextAttempt"]["Parameters"] == {**expected, "attempt.$": "$.outcome.attempt"}


def test_an_execution_fails_with_the_error_of_the_outcome(states):
    assert states["Failed"] == {"Type": "Fail", "ErrorPath": "$.outcome.error", "CausePath": "$.outcome.cause"}


def test_the_machine_itself_sets_no_end(machine):
    # A run lasts as long as it must; and the emulator would ignore it.
    assert "TimeoutSeconds" not in machine


def ways_out(state):
    for choice in [state, *state.get("Choices", []), *state.get("Catch", [])]:
        if "Next" in choice:
            yield choice["Next"]
    if "Default" in state:
        yield state["Default"]
