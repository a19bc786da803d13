"""The AWS credentials of a running task: the task role's, narrowed to its run. The function's own never reach it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flyte.protocol.identity import RunId

_SESSION_S = 3600
"""The most that a role assumed by a role's session gets. Source: IAM user guide, role chaining."""
_SESSION_NAME_CHARS = 64
"""Source: STS API, AssumeRole, `RoleSessionName`."""


class TaskRole:
    """Assumes the task role for one action at a time.

    Args:
        assume_role: STS's operation.
        arn: The role.
        bucket: The stack's bucket.
    """

    def __init__(self, assume_role: Callable[..., Any], arn: str, bucket: str) -> None:
        self._assume_role = assume_role
        self._arn = arn
        self._bucket = bucket

    def environ(self, run: RunId) -> dict[str, str]:
        """The environment variables that give a task of `run` its credentials."""
        answer = self._assume_role(
            RoleArn=self._arn,
            RoleSessionName=run.run[:_SESSION_NAME_CHARS],
            DurationSeconds=_SESSION_S,
            Policy=json.dumps(session_policy(run, self._bucket, partition=self._arn.split(":")[1])),
        )["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": answer["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": answer["SecretAccessKey"],
            "AWS_SESSION_TOKEN": answer["SessionToken"],
        }


def session_policy(run: RunId, bucket: str, partition: str = "aws") -> dict[str, object]:
    """What is left of the task role's rights: in the stack's bucket those to this run's data, elsewhere all.

    Data of other runs in the same project and domain can be read, because a file of one may be an input of another.
    """
    arn = f"arn:{partition}:s3:::{bucket}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"},
            {"Effect": "Allow", "Action": "s3:*", "NotResource": [arn, f"{arn}/*"]},
            {"Effect": "Allow", "Action": "s3:*", "Resource": f"{arn}/runs/{run.key}/*/data/*"},
            {
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": [f"{arn}/runs/{run.scope}/*/data/*", f"{arn}/uploads/{run.scope}/*"],
            },
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": arn,
                "Condition": {"StringLike": {"s3:prefix": [f"runs/{run.scope}/*/data/*", f"uploads/{run.scope}/*"]}},
            },
        ],
    }
