"""A task's rights end at its own run."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest
from botocore.exceptions import ClientError

from flyte.protocol.identity import RunId
from functions.runner.task_role import ServiceAccountError, TaskRole, session_policy

RUN = RunId(project="p", domain="development", run="mine")


def allows(action: str, resource: str) -> bool:
    """Whether the policy allows it; conditions, which only S3's listing has, are left out."""
    statements: Any = session_policy(RUN, "bucket")["Statement"]
    return any(_covers(statement, action, resource) for statement in statements)


def _covers(statement: dict[str, Any], action: str, resource: str) -> bool:
    return _matches(statement, "Action", action) and _matches(statement, "Resource", resource)


def _matches(statement: dict[str, Any], name: str, value: str) -> bool:
    wanted: str | list[str] = statement[name if name in statement else f"Not{name}"]
    found = any(fnmatchcase(value, pattern) for pattern in ([wanted] if isinstance(wanted, str) else wanted))
    return found is (name in statement)


@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        ("s3:PutObject", "arn:aws:s3:::bucket/runs/p/development/mine/a0/data/x", True),
        ("s3:PutObject", "arn:aws:s3:::bucket/runs/p/development/mine/a0/outputs.json", False),
        ("s3:PutObject", "arn:aws:s3:::bucket/runs/p/development/other/a0/data/x", False),
        ("s3:GetObject", "arn:aws:s3:::bucket/runs/p/development/other/a0/data/x", True),
        ("s3:GetObject", "arn:aws:s3:::bucket/runs/p/production/other/a0/data/x", False),
        ("s3:GetObject", "arn:aws:s3:::bucket/uploads/p/development/sha/x", True),
        ("s3:GetObject", "arn:aws:s3:::bucket/code/a.zip", False),
        ("s3:PutObject", "arn:aws:s3:::users-own-bucket/x", True),
        ("dynamodb:GetItem", "arn:aws:dynamodb:::table/users-own", True),
    ],
)
def test_a_task_reaches_what_is_its_own(action: str, resource: str, *, allowed: bool) -> None:
    assert allows(action, resource) is allowed


def test_the_policy_fits_what_sts_takes() -> None:
    longest = RunId(project="p" * 63, domain="d" * 63, run="r" * 40)
    assert len(json.dumps(session_policy(longest, "b" * 63))) < 2048


class Sts:
    """Assumes any role but those that it is told of, and remembers who was asked for."""

    def __init__(self, refused: int | None = None) -> None:
        self.asked: list[dict[str, Any]] = []
        self._refused = refused

    def assume_role(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        if self._refused:
            answer: Any = {"Error": {"Code": "E", "Message": "not yours"}, "ResponseMetadata": {}}
            answer["ResponseMetadata"]["HTTPStatusCode"] = self._refused
            raise ClientError(answer, "AssumeRole")
        return {"Credentials": {"AccessKeyId": "k", "SecretAccessKey": "s", "SessionToken": "t"}}


def role(sts: Sts) -> TaskRole:
    return TaskRole(sts.assume_role, "arn:aws-cn:iam::123456789012:role/path/flyte-task", "bucket")


@pytest.mark.parametrize(
    ("service_account", "arn"),
    [
        ("analyst", "arn:aws-cn:iam::123456789012:role/analyst"),
        ("arn:aws:iam::210987654321:role/teams/analyst", "arn:aws:iam::210987654321:role/teams/analyst"),
    ],
)
def test_a_service_account_is_a_role_by_name_or_arn(service_account: str, arn: str) -> None:
    sts = Sts()
    assert role(sts).environ_as(RUN, service_account)["AWS_ACCESS_KEY_ID"] == "k"
    (asked,) = sts.asked
    assert asked["RoleArn"] == arn
    assert f"/runs/{RUN.key}/" in asked["Policy"], "it is narrowed to the run too"


def test_a_refused_service_account_is_told_from_a_fault_of_sts() -> None:
    with pytest.raises(ServiceAccountError, match=r"role/analyst of service_account='analyst' .* not yours.*trust"):
        role(Sts(refused=403)).environ_as(RUN, "analyst")
    with pytest.raises(ClientError):
        role(Sts(refused=500)).environ_as(RUN, "analyst")


def test_actions_of_one_run_share_a_session_for_half_an_hour() -> None:
    sts, moments = Sts(), [0.0]
    shared = TaskRole(sts.assume_role, "arn:aws:iam::123456789012:role/flyte-task", "bucket", lambda: moments[0])
    assert shared.environ(RUN) == shared.environ(RUN)
    assert len(sts.asked) == 1
    shared.environ(RUN.model_copy(update={"run": "another"}))
    assert len(sts.asked) == 2, "another run's data is not this one's"
    moments[0] = 1800.0
    shared.environ(RUN.model_copy(update={"run": "another"}))
    assert len(sts.asked) == 3, "what is handed out is good for at least half an hour"


def test_a_session_of_a_run_named_by_one_letter_is_as_long_as_sts_wants() -> None:
    sts = Sts()
    role(sts).environ(RUN.model_copy(update={"run": "x"}))
    assert sts.asked[0]["RoleSessionName"] == "x-"
