"""Artifacts from the stack's bucket."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_COPY_BYTES = 1024 * 1024
_ABSENT = {"NoSuchKey", "404", "NotFound"}


class BucketSource:
    """Reads objects of one bucket."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def fetch(self, key: str, target: Path) -> None:
        """Write the object to `target`.

        Raises:
            FileNotFoundError: There is none.
        """
        try:
            body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"]
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                raise FileNotFoundError(f"s3://{self._bucket}/{key}") from error
            raise
        with target.open("wb") as opened:
            shutil.copyfileobj(body, opened, _COPY_BYTES)
