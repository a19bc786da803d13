"""Settings of storages, as `flyte.init(storage=…)` takes them. They are only kept: AWS has its own configuration."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Self


@dataclass(frozen=True)
class Storage:
    """Settings of any storage.

    Attributes:
        retries: How often a request is repeated.
        backoff: Time between requests.
        enable_debug: Whether requests are logged.
        attach_execution_metadata: Whether objects name the run that wrote them.
    """

    retries: int = 3
    backoff: timedelta = timedelta(seconds=5)
    enable_debug: bool = False
    attach_execution_metadata: bool = True

    @classmethod
    def auto(cls) -> Self:
        """The settings that the environment gives."""
        return cls()


@dataclass(frozen=True)
class S3(Storage):
    """Settings of S3."""

    endpoint: str | None = None
    access_key_id: str | None = None
    secret_access_key: str | None = None
    region: str | None = None
    addressing_style: str | None = None

    @classmethod
    def auto(cls, region: str | None = None) -> Self:
        """The settings that AWS's environment variables give."""
        return cls(
            endpoint=os.environ.get("AWS_ENDPOINT_URL"),
            access_key_id=os.environ.get("AWS_ACCESS_KEY_ID"),
            secret_access_key=os.environ.get("AWS_SECRET_ACCESS_KEY"),
            region=region or os.environ.get("AWS_REGION"),
        )

    @classmethod
    def for_sandbox(cls) -> Self:
        """The settings of Flyte's sandbox, which is not used here."""
        return cls(endpoint="http://localhost:4566", access_key_id="minio", secret_access_key="miniostorage")  # noqa: S106 - public


@dataclass(frozen=True)
class GCS(Storage):
    """Settings of Google Cloud Storage, which Lambda's tasks do not use."""


@dataclass(frozen=True)
class ABFS(Storage):
    """Settings of Azure Blob Storage, which Lambda's tasks do not use."""

    account_name: str | None = None
    account_key: str | None = None
    tenant_id: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
