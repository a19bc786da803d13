"""S3 as a store, through boto3: for tasks on the backend, with their role, and for clients with rights of their own."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from flyte._context import current

from ._local import existing_file, walked
from ._multipart import ObjectWriter
from ._paths import base_name, inside
from ._ranges import BLOCK_BYTES, RangeReader, block_of, in_parallel
from ._s3_errors import explained, is_empty_range, is_missing, is_refused
from ._store import Transfer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boto3.s3.transfer import TransferConfig
    from mypy_boto3_s3 import S3Client

    from ._store import Kind

_IN_PARTS_BYTES = 16 * 1024 * 1024
"""From this size on a file is moved in parallel parts."""
_CONNECTIONS = 32
_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION", "AWS_ENDPOINT_URL")


def client() -> S3Client:
    """The client of this process, made once for each set of credentials: a worker gets new ones with each run."""
    return _client(tuple(os.environ.get(name) for name in _CREDENTIALS))


@functools.lru_cache(maxsize=2)
def _client(_credentials: tuple[str | None, ...]) -> S3Client:
    try:
        import boto3
        from botocore.config import Config
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "reading or writing S3 with your own credentials needs boto3: pip install boto3", name=error.name
        ) from None
    emulated = bool(os.environ.get("AWS_ENDPOINT_URL") or os.environ.get("AWS_ENDPOINT_URL_S3"))
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 6},
        max_pool_connections=_CONNECTIONS,
        tcp_keepalive=True,
        s3={"addressing_style": "path" if emulated else "auto"},
    )
    return boto3.session.Session().client("s3", config=config)


class S3Store:
    """Objects and prefixes as files and folders. An empty folder is an object whose key ends in `/`."""

    @property
    def _client(self) -> S3Client:
        return client()

    def kind(self, path: str) -> Kind | None:
        bucket, key = split(path)
        with explained(path, "read"):
            if key and not key.endswith("/") and self._size(bucket, key) is not None:
                return "file"
            below = self._client.list_objects_v2(Bucket=bucket, Prefix=_prefix(key), MaxKeys=1)
            return "folder" if below.get("Contents") else None

    @contextlib.contextmanager
    def open_read(self, path: str) -> Iterator[BinaryIO]:
        bucket, key = split_object(path)
        with explained(path, "read"):
            # The first block tells the size as well, so that a small file takes one request.
            size_bytes, first, version = self._first_block(bucket, key)

        def fetch(start: int, end: int) -> bytes:
            with explained(path, "read"):
                wanted = f"bytes={start}-{end - 1}"
                answer = self._client.get_object(Bucket=bucket, Key=key, Range=wanted, IfMatch=version)
                return answer["Body"].read()

        with io.BufferedReader(RangeReader(size_bytes, fetch, first), 256 * 1024) as file:
            yield cast("BinaryIO", file)

    @contextlib.contextmanager
    def open_write(self, path: str) -> Iterator[BinaryIO]:
        bucket, key = split_object(path)
        raw = ObjectWriter(self._client, bucket, key)
        buffered = io.BufferedWriter(raw, 1024 * 1024)
        try:
            yield cast("BinaryIO", buffered)
            if not buffered.closed:
                buffered.flush()
            _note(path, raw.complete())
        except BaseException:
            raw.abort()
            raise
        finally:
            buffered.close()

    def files(self, folder: str) -> Iterator[str]:
        found = False
        for key, _ in self._below(folder):
            found = True
            if not key.endswith("/") and key:
                yield key
        if not found:
            raise FileNotFoundError(f"{folder} does not exist: no object is below it")

    def download(self, path: str, target: Path, transfer: Transfer) -> None:
        bucket, key = split(path)
        with explained(path, "read"):
            size_bytes = None if not key or key.endswith("/") else self._size(bucket, key)
            if size_bytes is not None:
                self._get(bucket, key, size_bytes, target, transfer)
                return
            below = list(self._below(path))
            if not below:
                raise FileNotFoundError(f"{path} does not exist: there is no object of that key, nor any below it")
            target.mkdir(parents=True, exist_ok=True)

            def get(item: tuple[str, int]) -> None:
                relative, size = item
                copy = inside(target, relative, path)
                if relative.endswith("/") or not relative:
                    copy.mkdir(parents=True, exist_ok=True)
                else:
                    self._get(bucket, _prefix(key) + relative, size, copy, transfer)

            for _ in in_parallel(get, below, transfer.concurrency or 16):
                pass

    def upload(self, source: Path, path: str, transfer: Transfer) -> None:
        bucket, key = split_object(path)
        with explained(path, "write"):
            if not source.is_dir():
                _note(path, self._put(existing_file(source), bucket, key, transfer))
                return
            prefix = _prefix(key)
            items = list(walked(source))
            if not items:
                self._client.put_object(Bucket=bucket, Key=prefix, Body=b"")
                return

            def put(item: Path) -> tuple[str, str]:
                below = prefix + item.relative_to(source).as_posix()
                if item.is_dir():
                    below = f"{below}/"
                    return below, self._client.put_object(Bucket=bucket, Key=below, Body=b"")["ETag"]
                return below, self._put(item, bucket, below, transfer)

            for below, etag in in_parallel(put, items, transfer.concurrency or 16):
                _note(f"s3://{bucket}/{below}", etag)

    # -- single requests -------------------------------------------------------------------------------------------

    def _size(self, bucket: str, key: str) -> int | None:
        from botocore.exceptions import ClientError

        try:
            return self._client.head_object(Bucket=bucket, Key=key)["ContentLength"]
        except ClientError as error:
            if is_missing(error):
                return None
            if is_refused(error):
                return self._listed_size(bucket, key)
            raise

    def _listed_size(self, bucket: str, key: str) -> int | None:
        """The size as a list tells it. Whoever may list only some prefixes gets 403 for a missing object, not 404."""
        listed = self._client.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("Contents", ())
        return next((item["Size"] for item in listed if item["Key"] == key), None)

    def _first_block(self, bucket: str, key: str) -> tuple[int, bytes, str]:
        from botocore.exceptions import ClientError

        try:
            answer = self._client.get_object(Bucket=bucket, Key=key, Range=f"bytes=0-{BLOCK_BYTES - 1}")
        except ClientError as error:
            if is_empty_range(error):
                return 0, b"", ""
            if is_refused(error) and self._is_absent(bucket, key):
                raise FileNotFoundError(f"s3://{bucket}/{key} does not exist") from None
            raise
        first = answer["Body"].read()
        _, _, whole = answer.get("ContentRange", "").rpartition("/")
        return int(whole) if whole.isdecimal() else len(first), first, answer["ETag"]

    def _is_absent(self, bucket: str, key: str) -> bool:
        from botocore.exceptions import ClientError

        try:
            return self._listed_size(bucket, key) is None
        except ClientError:
            return False  # nobody may tell: the refusal stands

    def _below(self, folder: str) -> Iterator[tuple[str, int]]:
        """Keys relative to the folder, and their sizes. A key that ends in `/`, or is empty, stands for a folder."""
        bucket, key = split(folder)
        prefix = _prefix(key)
        with explained(folder, "read"):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
                for item in page.get("Contents", ()):
                    yield item["Key"].removeprefix(prefix), item["Size"]

    def _get(self, bucket: str, key: str, size_bytes: int, target: Path, transfer: Transfer) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        if size_bytes >= _IN_PARTS_BYTES:
            self._client.download_file(bucket, key, str(target), Config=_config(transfer, size_bytes))
            return
        body = self._client.get_object(Bucket=bucket, Key=key)["Body"]
        with target.open("wb") as file:
            shutil.copyfileobj(cast("Any", body), file, 1024 * 1024)

    def _put(self, source: Path, bucket: str, key: str, transfer: Transfer) -> str:
        size_bytes = source.stat().st_size
        if size_bytes >= _IN_PARTS_BYTES:
            self._client.upload_file(str(source), bucket, key, Config=_config(transfer, size_bytes))
            return self._client.head_object(Bucket=bucket, Key=key)["ETag"]  # which it keeps to itself
        with source.open("rb") as file:
            return self._client.put_object(Bucket=bucket, Key=key, Body=file)["ETag"]


class S3Checkpoint:
    """One file or folder under a prefix, replaced as a whole.

    Each save goes under a name of its own, then a pointer is set to it: a save that is cut off leaves the earlier one.

    Args:
        place: The prefix, `s3://bucket/key`.
    """

    _POINTER = "latest"

    def __init__(self, place: str) -> None:
        self._place = place.rstrip("/")
        self._store = S3Store()

    def fetch(self) -> Path | None:
        """A copy of what was saved; None if nothing was."""
        saved = self._saved()
        if saved is None:
            return None
        copy = Path(tempfile.mkdtemp(prefix="flyte-checkpoint-")) / base_name(self._place)
        self._store.download(saved, copy, Transfer())
        return copy

    def put(self, source: Path) -> None:
        """Saves a file or folder."""
        before = self._saved()
        saved = f"{self._place}/{os.urandom(8).hex()}"
        self._store.upload(source, saved, Transfer())
        put_text(f"{self._place}/{self._POINTER}", saved, "text/plain; charset=utf-8")
        if before is not None:
            self._delete(before)

    def _saved(self) -> str | None:
        try:
            with self._store.open_read(f"{self._place}/{self._POINTER}") as file:
                return file.read().decode()
        except FileNotFoundError:
            return None

    def _delete(self, saved: str) -> None:
        bucket, key = split(saved)
        with explained(saved, "delete"):
            below = client().list_objects_v2(Bucket=bucket, Prefix=_prefix(key)).get("Contents", ())
            for item in [key, *(found["Key"] for found in below)]:
                client().delete_object(Bucket=bucket, Key=item)


def put_text(uri: str, text: str, content_type: str) -> None:
    """Writes a small object of text.

    Raises:
        PermissionError: The role may not write there.
    """
    bucket, key = split_object(uri)
    with explained(uri, "write"):
        client().put_object(Bucket=bucket, Key=key, Body=text.encode(), ContentType=content_type)


def split(uri: str) -> tuple[str, str]:
    """Bucket and key of an `s3://` URI."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    if not bucket:
        raise ValueError(f"{uri!r} names no bucket: write s3://bucket/key")
    return bucket, key


def split_object(uri: str) -> tuple[str, str]:
    """Bucket and key of the URI of an object or of a folder that is written."""
    bucket, key = split(uri)
    if not key:
        raise ValueError(f"{uri!r} names a bucket, not an object in it: write s3://bucket/key")
    return bucket, key


def _prefix(key: str) -> str:
    return key if not key or key.endswith("/") else f"{key}/"


def _note(uri: str, etag: str) -> None:
    """Lets calls that name what was written be found again by its content."""
    context = current()
    if context is not None:
        context.state.written.add(context.raw_data_path.path, uri, etag)


def _config(transfer: Transfer, size_bytes: int) -> TransferConfig:
    from boto3.s3.transfer import TransferConfig

    return TransferConfig(
        multipart_threshold=_IN_PARTS_BYTES,
        multipart_chunksize=max(transfer.part_bytes or max(_IN_PARTS_BYTES, block_of(size_bytes)), 5 * 1024 * 1024),
        max_concurrency=transfer.concurrency or 10,
    )
