"""No role may more than its function does: every action and every wildcard is listed here."""

import pytest

from tests.unit.cdk.template_reader import as_list, plain

LOGS_AND_TRACES = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
ACTIONS = {
    "ApiRole": LOGS_AND_TRACES
    | {
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:ConditionCheckItem",
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "dynamodb:UpdateItem",
        "iam:PassRole",
        "lambda:GetAccountSettings",
        "logs:FilterLogEvents",
        "logs:GetLogEvents",
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "scheduler:CreateSchedule",
        "scheduler:DeleteSchedule",
        "scheduler:UpdateSchedule",
        "secretsmanager:CreateSecret",
        "secretsmanager:DeleteSecret",
        "secretsmanager:DescribeSecret",
        "secretsmanager:ListSecrets",
        "secretsmanager:PutSecretValue",
        "secretsmanager:RestoreSecret",
        "states:DescribeExecution",
        "states:SendTaskSuccess",
        "states:StartExecution",
        "states:StopExecution",
    },
    "RunnerRole": LOGS_AND_TRACES
    | {
        "dynamodb:BatchGetItem",
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
        "lambda:InvokeFunction",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "secretsmanager:BatchGetSecretValue",
        "secretsmanager:GetSecretValue",
        "states:DescribeExecution",
        "states:SendTaskSuccess",
        "states:StartExecution",
        "states:StopExecution",
        "sts:AssumeRole",
    },
    "RunnerTaskRole": {
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
    },
    "TrackingRecorderRole": LOGS_AND_TRACES
    | {
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
        "s3:PutObject",
        "sqs:SendMessage",
        "states:SendTaskSuccess",
        "states:StopExecution",
    },
    "TrackingReconcilerRole": LOGS_AND_TRACES
    | {
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
        "s3:PutObject",
        "states:DescribeExecution",
        "states:SendTaskSuccess",
        "states:StartExecution",
        "states:StopExecution",
    },
    "TrackingMachineRole": {
        "lambda:InvokeFunction",
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    },
    "TrackingScheduleRole": {"lambda:InvokeFunction"},
    "SchedulesFunctionRole": LOGS_AND_TRACES
    | {
        "dynamodb:BatchWriteItem",
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "scheduler:DeleteSchedule",
        "sqs:SendMessage",
        "states:StartExecution",
    },
    "SchedulesRole": {"lambda:InvokeFunction", "sqs:SendMessage"},
    "NotificationsFunctionRole": LOGS_AND_TRACES
    | {
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
        "sns:ListSubscriptionsByTopic",
        "sns:Publish",
        "sns:Subscribe",
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
    },
}
EXECUTIONS = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<AWS::StackName>-actions:*"
OBJECTS = {f"<DataBucket.Arn>/{prefix}/*" for prefix in ("code", "ephemeral", "dependencies", "uploads", "runs")}
SECRETS = "arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:flyte/<AWS::StackName>/*"
SCHEDULES = "arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/<AWS::StackName>-triggers/*"
WILDCARDS = {
    "ApiRole": OBJECTS | {EXECUTIONS, SECRETS, SCHEDULES, "*"},
    "RunnerRole": OBJECTS | {EXECUTIONS, SECRETS, "*"},
    "RunnerTaskRole": {"<DataBucket.Arn>/runs/*/data/*", "<DataBucket.Arn>/uploads/*"},
    "TrackingRecorderRole": {"<DataBucket.Arn>/runs/*", EXECUTIONS, "*"},
    "TrackingReconcilerRole": {"<DataBucket.Arn>/runs/*", EXECUTIONS, "*"},
    "TrackingMachineRole": {"*"},
    "TrackingScheduleRole": set(),
    "SchedulesFunctionRole": {f"<DataBucket.Arn>/{prefix}/*" for prefix in ("code", "dependencies", "uploads")}
    | {SCHEDULES, "*"},
    "SchedulesRole": set(),
    "NotificationsFunctionRole": {"*"},
}
NEED_NO_RESOURCE = (
    "xray:",
    "logs:",
    "lambda:GetAccountSettings",
    "secretsmanager:ListSecrets",
    "secretsmanager:BatchGetSecretValue",
)
"""Sending traces, Step Functions' setting up of its log's delivery, and what goes through many secrets at once are
allowed on `*` or not at all. Reading a secret takes the right to that secret besides."""


def test_every_role_is_listed_here(template):
    roles = template.resources("AWS::IAM::Role")
    assert len(roles) == len(ACTIONS)
    assert all(any(name.startswith(listed) for listed in ACTIONS) for name in roles)


@pytest.mark.parametrize("role", ACTIONS)
def test_a_role_may_do_what_is_listed_and_nothing_else(template, role):
    assert {action for s in template.statements(role) for action in as_list(s["Action"])} == ACTIONS[role]


@pytest.mark.parametrize("role", ACTIONS)
def test_a_role_has_the_wildcards_that_are_listed_and_no_others(template, role):
    resources = {plain(r) for s in template.statements(role) for r in as_list(s["Resource"])}
    assert {resource for resource in resources if "*" in resource} == WILDCARDS[role]


@pytest.mark.parametrize("role", ACTIONS)
def test_everything_is_allowed_on_star_only_where_there_are_no_resources(template, role):
    for statement in template.statements(role):
        if "*" in as_list(statement["Resource"]):
            assert all(action.startswith(NEED_NO_RESOURCE) for action in as_list(statement["Action"]))


def test_no_role_has_a_policy_of_others(template):
    for role in template.resources("AWS::IAM::Role").values():
        assert not role["Properties"].get("ManagedPolicyArns")


def test_only_the_supervisor_becomes_the_task(template):
    (task_role,) = [r for name, r in template.resources("AWS::IAM::Role").items() if name.startswith("RunnerTaskRole")]
    (trust,) = task_role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert plain(trust["Principal"]["AWS"]).startswith("<RunnerRole")
    assert trust["Action"] == "sts:AssumeRole"


def test_the_api_deletes_artifacts_and_no_data(template):
    deletes = [s for s in template.statements("ApiRole") if "s3:DeleteObject" in as_list(s["Action"])]
    assert {plain(r) for s in deletes for r in s["Resource"]} == {
        "<DataBucket.Arn>/code/*",
        "<DataBucket.Arn>/dependencies/*",
    }


def test_only_the_supervisor_reads_secrets(template):
    reads = {role for role in ACTIONS if "secretsmanager:GetSecretValue" in ACTIONS[role]}
    assert reads == {"RunnerRole"}


def test_the_task_lists_raw_data_alone(template):
    (listing,) = [s for s in template.statements("RunnerTaskRole") if s["Action"] == "s3:ListBucket"]
    assert listing["Condition"] == {"StringLike": {"s3:prefix": ["runs/*/data/*", "uploads/*"]}}


@pytest.mark.parametrize("role", ["TrackingMachineRole", "TrackingScheduleRole"])
def test_a_service_assumes_a_role_for_this_account_only(template, role):
    (found,) = [r for name, r in template.resources("AWS::IAM::Role").items() if name.startswith(role)]
    (trust,) = found["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_a_client_needs_to_call_the_api_and_nothing_else(template):
    (statement,) = template.only("AWS::IAM::ManagedPolicy")["PolicyDocument"]["Statement"]
    assert statement["Action"] == "execute-api:Invoke"
    assert plain(statement["Resource"]) == (
        "arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<HttpApi>/*/*"
    )
