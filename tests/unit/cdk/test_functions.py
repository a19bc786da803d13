"""Each function has the code, size, logs, tracing and variables that docs/architecture.md gives it."""

import json

import pytest

from flyte import __version__
from flyte.protocol.limits import LAMBDA_TIMEOUT_S, MEMORY_TIERS_MB
from tests.unit.cdk.template_reader import plain

RUNNERS = [f"runner-{memory_mb}" for memory_mb in MEMORY_TIERS_MB]
HANDLERS = {
    "api": "functions.api.handler.handle",
    "recorder": "functions.recorder.handler.handle",
    "reconciler": "functions.recorder.reconciler.handle",
    "trigger": "functions.trigger.handler.handle",
    "notifier": "functions.notifier.handler.handle",
    **dict.fromkeys(RUNNERS, "functions.runner.handler.handle"),
}
VARIABLES = {
    "FLYTE_REGISTRY_TABLE": "<Registry>",
    "FLYTE_RUNS_TABLE": "<Runs>",
    "FLYTE_BUCKET": "<DataBucket>",
    "FLYTE_STATE_MACHINE_ARN": (
        "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:<AWS::StackName>-actions"
    ),
    "FLYTE_RUN_RETENTION_DAYS": "<RunRetentionDays>",
    "FLYTE_STACK_VERSION": __version__,
    "FLYTE_METRICS": "<Metrics>",
    "POWERTOOLS_METRICS_NAMESPACE": "Flyte/<AWS::StackName>",
    "POWERTOOLS_LOG_LEVEL": "INFO",
}
OWN_VARIABLES = {
    "api": {"FLYTE_RUNNER_FUNCTIONS", "FLYTE_SECRETS_PREFIX", "FLYTE_SCHEDULES"},
    "trigger": {"FLYTE_RUNNER_FUNCTIONS", "FLYTE_SCHEDULES"},
    "notifier": {"FLYTE_NOTIFICATIONS"},
    **dict.fromkeys(
        RUNNERS,
        frozenset({"FLYTE_RUNNER_FUNCTIONS", "FLYTE_TASK_ROLE_ARN", "FLYTE_SECRETS_PREFIX", "FLYTE_API_FUNCTION"}),
    ),
}


def test_there_is_a_function_for_each_concern_and_each_memory_tier(template):
    assert {name: function["Handler"] for name, function in template.functions().items()} == HANDLERS


@pytest.mark.parametrize("name", HANDLERS)
def test_a_function_takes_its_code_platform_and_runtime_from_the_parameters(template, name):
    function = template.functions()[name]
    assert function["Code"] == {"S3Bucket": {"Ref": "CodeBucket"}, "S3Key": {"Ref": "FunctionsKey"}}
    assert function["Architectures"] == [{"Ref": "Architecture"}]
    assert function["Runtime"] == {"Ref": "PythonRuntime"}


@pytest.mark.parametrize("name", HANDLERS)
def test_a_function_has_its_variables_and_no_others(template, name):
    variables = dict(template.functions()[name]["Environment"]["Variables"])
    assert variables.pop("FLYTE_CONSOLE_URL") == {
        "Fn::If": ["HasConsoleUrl", {"Ref": "ConsoleUrl"}, {"Ref": "AWS::NoValue"}]
    }
    assert variables.pop("POWERTOOLS_SERVICE_NAME") == ("runner" if name in RUNNERS else name)
    own = {key: variables.pop(key) for key in OWN_VARIABLES.get(name, set())}
    assert {key: plain(value) for key, value in variables.items()} == VARIABLES
    assert all(own.values())


@pytest.mark.parametrize(("large", "tiers"), [(True, MEMORY_TIERS_MB), (False, (512, 1024, 2048))])
def test_the_api_knows_the_runners_that_there_are(template, large, tiers):
    given = template.functions()["api"]["Environment"]["Variables"]["FLYTE_RUNNER_FUNCTIONS"]
    functions = json.loads(plain(given, HasLargeRunners=large))
    named = "arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:<AWS::StackName>-runner-{}"
    assert functions == {str(tier): named.format(tier) for tier in tiers}


def test_a_new_account_can_do_without_the_runners_that_aws_does_not_allow_it(template):
    conditions = {
        resource["Properties"]["MemorySize"]: resource.get("Condition")
        for resource in template.resources("AWS::Lambda::Function").values()
        if resource["Properties"]["Handler"] == HANDLERS["runner-512"]
    }
    assert conditions == {tier: "HasLargeRunners" if tier > 3008 else None for tier in MEMORY_TIERS_MB}
    assert template.body["Conditions"]["HasLargeRunners"] == {"Fn::Equals": [{"Ref": "LargeRunners"}, "true"]}


def test_runners_get_all_that_lambda_gives(template):
    for memory_mb in MEMORY_TIERS_MB:
        function = template.functions()[f"runner-{memory_mb}"]
        assert function["MemorySize"] == memory_mb
        assert function["Timeout"] == {"Ref": "RunnerTimeoutSeconds"}
        assert function["EphemeralStorage"] == {"Size": 10_240}


def test_a_runner_has_all_the_time_that_lambda_gives_unless_the_deployment_says_less(template):
    bounds = template.body["Parameters"]["RunnerTimeoutSeconds"]
    assert (bounds["MinValue"], bounds["Default"], bounds["MaxValue"]) == (10, LAMBDA_TIMEOUT_S, LAMBDA_TIMEOUT_S)


def test_the_api_keeps_concurrency_free_where_the_deployment_says_so(template):
    reserved = template.functions()["api"]["ReservedConcurrentExecutions"]
    assert reserved == {
        "Fn::If": ["HasApiReservedConcurrency", {"Ref": "ApiReservedConcurrency"}, {"Ref": "AWS::NoValue"}]
    }
    assert template.body["Conditions"]["HasApiReservedConcurrency"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "ApiReservedConcurrency"}, "0"]}]
    }


def test_the_api_answers_before_the_gateway_gives_up(template):
    assert template.functions()["api"]["Timeout"] < 30


@pytest.mark.parametrize("name", HANDLERS)
def test_a_function_is_traced_and_logs_where_lambda_itself_would_with_retention(template, name):
    function = template.functions()[name]
    assert function["TracingConfig"] == {"Mode": "Active"}
    log_group = template.body["Resources"][function["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]
    assert plain(log_group["LogGroupName"]) == f"/aws/lambda/<AWS::StackName>-{name}"


def test_every_log_group_has_the_retention_that_the_deployment_chose(template):
    groups = template.resources("AWS::Logs::LogGroup")
    assert len(groups) == len(HANDLERS) + 2
    for group in groups.values():
        assert group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
        assert group["DeletionPolicy"] == "Delete"
