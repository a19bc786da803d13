"""Objects in the bucket: how large one is, if it is there, and how S3 writes checksums."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def object_size(s3: S3Client, bucket: str, key: str) -> int | None:
    """Bytes of the object; None if there is none."""
    try:
        return s3.head_object(Bucket=bucket, Key=key)["ContentLength"]
    except ClientError as error:
        # Without s3:ListBucket a missing object answers 403; with it, 404. The roles have it.
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise


def checksum_of(sha256: str) -> str:
    """A digest in hexadecimal as S3 takes it: in Base64."""
    return base64.b64encode(bytes.fromhex(sha256)).decode()
