"""A task's rights end at its own run."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from flyte.protocol.identity import RunId
from functions.runner.task_role import session_policy

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
