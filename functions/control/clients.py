"""AWS clients, each made once, when it is first used: a function pays at its start only for those it needs."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

_CONNECTIONS = 32
"""Of one client, kept open. A supervisor asks from 16 threads for its task, starts children from 8 and looks at them
from one; with fewer, a connection is closed after each request, and the next one shakes hands again."""

_QUICK = Config(
    max_pool_connections=_CONNECTIONS,
    retries={"mode": "standard", "total_max_attempts": 5},
    connect_timeout=2,
    read_timeout=10,
    tcp_keepalive=True,
)
# Presigned URLs must not ask for a checksum that the client was not told of.
_S3 = _QUICK.merge(Config(signature_version="s3v4", request_checksum_calculation="when_required", read_timeout=30))

# A function of ours may take as long as API Gateway would wait for it.
_PATIENT = _QUICK.merge(Config(read_timeout=30))


class Clients:
    """The services that control talks to. Safe to share between threads once the attribute was touched."""

    def prepare(self) -> None:
        """Makes the clients that every run needs, at the function's start rather than in its first request."""
        for service in ("dynamodb", "s3", "step_functions"):
            getattr(self, service)

    @cached_property
    def _session(self) -> boto3.session.Session:
        return boto3.session.Session()

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        """DynamoDB."""
        return self._session.client("dynamodb", config=_QUICK)

    @cached_property
    def s3(self) -> S3Client:
        """S3."""
        return self._session.client("s3", config=_S3)

    @cached_property
    def step_functions(self) -> SFNClient:
        """Step Functions."""
        return self._session.client("stepfunctions", config=_QUICK)

    @cached_property
    def functions(self) -> LambdaClient:
        """Lambda."""
        return self._session.client("lambda", config=_PATIENT)

    @cached_property
    def logs(self) -> CloudWatchLogsClient:
        """CloudWatch Logs."""
        return self._session.client("logs", config=_QUICK)

    @cached_property
    def secrets_manager(self) -> SecretsManagerClient:
        """Secrets Manager."""
        return self._session.client("secretsmanager", config=_QUICK)

    @cached_property
    def scheduler(self) -> EventBridgeSchedulerClient:
        """EventBridge Scheduler."""
        return self._session.client("scheduler", config=_QUICK)

    @cached_property
    def sns(self) -> SNSClient:
        """SNS."""
        return self._session.client("sns", config=_QUICK)

    @cached_property
    def sqs(self) -> SQSClient:
        """SQS."""
        return self._session.client("sqs", config=_QUICK)
