"""The AWS credentials of a running task: the task role's, narrowed to its run. The function's own never reach it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from flyte.protocol.identity import RunId

_SESSION_S = 3600
"""The most that a role assumed by a role's session gets. Source: IAM user guide, role chaining."""
_REUSED_S = 1800
"""So as much is left, at least, of a session that another action of the run began: twice what an invocation lasts."""
_SESSION_NAME_CHARS = (2, 64)
"""Fewest and most. Source: STS API, AssumeRole, `RoleSessionName`."""


_REFUSALS = frozenset({400, 403, 404})
"""Of the request itself: it would be refused again."""


class ServiceAccountError(Exception):
    """The role that a task or run names in `service_account` cannot be assumed."""


class TaskRole:
    """Assumes the task role for one action at a time. Actions of one run share a session: their rights are the same.

    Args:
        assume_role: STS's operation.
        arn: The role.
        bucket: The stack's bucket.
        now_s: A monotonic clock.
    """

    def __init__(
        self,
        assume_role: Callable[..., Any],
        arn: str,
        bucket: str,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._assume_role = assume_role
        self._arn = arn
        self._bucket = bucket
        self._now_s = now_s
        self._sessions: dict[str, tuple[RunId, float, dict[str, str]]] = {}

    def environ(self, run: RunId) -> dict[str, str]:
        """The environment variables that give a task of `run` its credentials."""
        return self._assumed(self._arn, run)

    def environ_as(self, run: RunId, service_account: str) -> dict[str, str]:
        """The same of a role that the user named, by ARN or by its name in the stack's account.

        Raises:
            ServiceAccountError: it cannot be assumed.
        """
        arn = service_account
        if not arn.startswith("arn:"):
            arn = f"{self._arn.partition(':role/')[0]}:role/{service_account}"
        try:
            return self._assumed(arn, run)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] not in _REFUSALS:
                raise
            raise ServiceAccountError(
                f"the role {arn} of service_account={service_account!r} cannot be assumed: "
                f"{error.response['Error']['Message']}. Its trust policy must allow sts:AssumeRole to the runner's role"
            ) from error

    def _assumed(self, arn: str, run: RunId) -> dict[str, str]:
        now_s = self._now_s()
        last = self._sessions.get(arn)
        if last is not None and last[0] == run and now_s - last[1] < _REUSED_S:
            return dict(last[2])
        made = self._begin_session(arn, run)
        self._sessions[arn] = (run, now_s, made)
        return dict(made)

    def _begin_session(self, arn: str, run: RunId) -> dict[str, str]:
        fewest, most = _SESSION_NAME_CHARS
        answer = self._assume_role(
            RoleArn=arn,
            RoleSessionName=run.run[:most].ljust(fewest, "-"),
            DurationSeconds=_SESSION_S,
            Policy=json.dumps(session_policy(run, self._bucket, partition=arn.split(":")[1])),
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
