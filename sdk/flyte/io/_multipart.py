"""Writes an object in S3 as its bytes come: in one request if it is small, else in parts that are sent meanwhile."""

from __future__ import annotations

import io
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from ._s3_errors import explained

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

PART_BYTES = 8 * 1024 * 1024
PARTS_OF_A_SIZE = 1_000
"""So many parts have the same size, then it grows: S3 takes at most 10,000 parts, of 5 TiB in all."""
_CONCURRENCY = 4


class ObjectWriter(io.RawIOBase):
    """Takes the bytes of one object. `complete` makes it visible, `abort` leaves nothing behind.

    At most `_CONCURRENCY` parts and the one that is being filled are in memory.
    """

    def __init__(self, client: S3Client, bucket: str, key: str) -> None:
        self._client = client
        self._bucket = bucket
        self._key = key
        self._filling = bytearray()
        self._size_bytes = 0
        self._upload_id: str | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._sent: list[Future[CompletedPartTypeDef]] = []
        self._dropped = False

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size_bytes

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        if self._dropped:  # a buffer above that empties itself when it is closed
            return len(view)
        self._filling += view
        self._size_bytes += len(view)
        while len(self._filling) >= (part_bytes := PART_BYTES * (1 + len(self._sent) // PARTS_OF_A_SIZE)):
            part = bytes(self._filling[:part_bytes])
            del self._filling[:part_bytes]
            self._send(part)
        return len(view)

    @property
    def _explained(self) -> AbstractContextManager[None]:
        return explained(f"s3://{self._bucket}/{self._key}", "write")

    def complete(self) -> str:
        """Sends what is left, and makes the object visible. Gives its ETag."""
        if self._upload_id is not None and self._filling:
            self._send(bytes(self._filling))
        with self._explained:
            if self._upload_id is None:
                return self._client.put_object(Bucket=self._bucket, Key=self._key, Body=bytes(self._filling))["ETag"]
            sent = [future.result() for future in self._sent]
            made = self._client.complete_multipart_upload(
                Bucket=self._bucket, Key=self._key, UploadId=self._upload_id, MultipartUpload={"Parts": sent}
            )
        self._stop()
        return made["ETag"]

    def abort(self) -> None:
        """Drops all that was sent. Parts of an unfinished upload cost money until they are dropped."""
        upload_id = self._upload_id
        self._dropped = True
        self._stop()
        if upload_id is not None:
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=upload_id)

    def _send(self, part: bytes) -> None:
        with self._explained:
            if self._upload_id is None:
                begun = self._client.create_multipart_upload(Bucket=self._bucket, Key=self._key)
                self._upload_id = begun["UploadId"]
            if self._pool is None:
                self._pool = ThreadPoolExecutor(_CONCURRENCY, thread_name_prefix="flyte-upload")
            number = len(self._sent) + 1
            self._sent.append(self._pool.submit(self._upload, self._upload_id, number, part))
            if number > _CONCURRENCY:
                self._sent[number - _CONCURRENCY - 1].result()

    def _upload(self, upload_id: str, number: int, part: bytes) -> CompletedPartTypeDef:
        answer = self._client.upload_part(
            Bucket=self._bucket, Key=self._key, UploadId=upload_id, PartNumber=number, Body=part
        )
        return {"ETag": answer["ETag"], "PartNumber": number}

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._pool = None
        self._upload_id = None
