"""Large files of clients go in parts, through the API alone; whatever ends an upload early leaves nothing behind."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from flyte.errors import BaseRuntimeError
from flyte.io import File, uploads
from flyte.protocol import limits
from flyte.remote._transport import Request, Response, Unreachable
from tests.fakes.aws_stack import BUCKET
from tests.fakes.watch import watching

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flyte.remote._http import ApiClient
    from tests.fakes.http_api import FakeHttpApi
    from tests.functional.io.conftest import ApiAndS3

    from mypy_boto3_s3 import S3Client  # isort: skip

MIB = 1024**2
SCOPE = {"project": "flytesnacks", "domain": "development"}


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of S3's least size."""
    monkeypatch.setattr(limits, "UPLOAD_IN_PARTS_BYTES", 6 * MIB)
    monkeypatch.setattr(limits, "UPLOAD_PART_BYTES", 5 * MIB)


@pytest.fixture
def uploader(client: ApiClient) -> uploads.ApiUploader:
    return uploads.ApiUploader(client, "flytesnacks", "development")


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large ü.bin"
    path.write_bytes(bytes(range(256)) * (11 * MIB // 256) + b"end")
    return path


class Breaking:
    """Carries requests on; `do` is asked for the answer to PUTs first."""

    def __init__(self, client: ApiClient, do: Callable[[Request], Response | None]) -> None:
        self._next: Any = client._transport
        self._do = do
        client._transport = self

    def send(self, request: Request) -> Response:
        answer = self._do(request) if request.method == "PUT" else None
        return answer if answer is not None else self._next.send(request)


def unfinished(s3: S3Client) -> list[Any]:
    return list(s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", ()))


def puts(transport: ApiAndS3) -> list[Request]:
    return [request for request in transport.sent if request.method == "PUT"]


def test_a_large_file_goes_in_parts_under_the_digest_of_their_digests(
    uploader: uploads.ApiUploader, s3: S3Client, transport: ApiAndS3, large: Path
) -> None:
    data = large.read_bytes()
    with watching() as seen:
        uri = asyncio.run(uploader.upload_file(large))

    digests = b"".join(hashlib.sha256(data[start : start + 5 * MIB]).digest() for start in range(0, len(data), 5 * MIB))
    assert uri == f"s3://{BUCKET}/uploads/flytesnacks/development/{hashlib.sha256(digests).hexdigest()}/large ü.bin"
    assert len(puts(transport)) == 3
    assert unfinished(s3) == []
    assert seen[0] == f"upload large ü.bin of {len(data)}"
    assert seen[-2:] == [f"large ü.bin at {len(data)}", "large ü.bin ended"]
    with open(File(path=uri).download_sync(), "rb") as copy:  # noqa: PTH123
        assert copy.read() == data


def test_what_is_there_is_not_sent_again(uploader: uploads.ApiUploader, transport: ApiAndS3, large: Path) -> None:
    first = asyncio.run(uploader.upload_file(large))
    transport.sent.clear()

    assert asyncio.run(uploader.upload_file(large)) == first
    assert puts(transport) == []


def test_large_files_of_a_folder_go_in_parts_too(
    uploader: uploads.ApiUploader, s3: S3Client, large: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    large.rename(folder / "sub" / "large")
    only = asyncio.run(uploader.upload_folder(folder))
    (folder / "a.txt").write_text("a")
    uri = asyncio.run(uploader.upload_folder(folder))

    assert only != uri
    for base, names in ((only, {"sub/large"}), (uri, {"a.txt", "sub/large"})):
        prefix = f"{base.removeprefix(f's3://{BUCKET}/')}/"
        found = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["Contents"]
        assert {item["Key"].removeprefix(prefix) for item in found} == names
    assert unfinished(s3) == []


def test_a_part_that_fails_is_sent_again_alone(
    uploader: uploads.ApiUploader, client: ApiClient, transport: ApiAndS3, large: Path
) -> None:
    failures: list[Response | Unreachable] = [Unreachable("reset"), Response(503), Unreachable("reset")]
    lock = threading.Lock()

    def fail_first(request: Request) -> Response | None:
        with lock:
            failure = failures.pop() if failures and "partNumber=2" in request.url else None
        if isinstance(failure, Unreachable):
            raise failure
        return failure

    Breaking(client, fail_first)
    asyncio.run(uploader.upload_file(large))

    assert failures == []
    assert len(puts(transport)) == 3


def test_an_upload_that_fails_leaves_nothing_and_tells_why(
    uploader: uploads.ApiUploader, client: ApiClient, s3: S3Client, large: Path
) -> None:
    Breaking(client, lambda request: Response(403, b"AccessDenied") if "partNumber=2" in request.url else None)

    with pytest.raises(BaseRuntimeError, match="failed with status 403: AccessDenied"):
        asyncio.run(uploader.upload_file(large))
    assert unfinished(s3) == []
    assert s3.list_objects_v2(Bucket=BUCKET).get("Contents", ()) == ()


def test_a_cancelled_upload_leaves_nothing(
    uploader: uploads.ApiUploader, client: ApiClient, s3: S3Client, large: Path
) -> None:
    sending, let_go = threading.Event(), threading.Event()

    def hold(request: Request) -> None:
        sending.set()
        assert let_go.wait(30)

    Breaking(client, hold)

    async def cancel() -> None:
        task = asyncio.create_task(uploader.upload_file(large))
        await asyncio.to_thread(sending.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        let_go.set()

    # The loop's threads are waited for at its end, as those of a program are.
    asyncio.run(cancel())
    assert unfinished(s3) == []
    assert s3.list_objects_v2(Bucket=BUCKET).get("Contents", ()) == ()


@pytest.mark.parametrize(("size_bytes", "answer"), [(11 * MIB, None), (11 * MIB, 400), (100, 400)])
def test_a_file_that_changes_meanwhile_is_told(
    uploader: uploads.ApiUploader, client: ApiClient, s3: S3Client, tmp_path: Path, size_bytes: int, answer: int | None
) -> None:
    path = tmp_path / "growing.log"
    path.write_bytes(b"x" * size_bytes)

    def change(request: Request) -> Response | None:
        with path.open("r+b") as file:
            file.write(b"y")
        return Response(answer, b"BadDigest") if answer else None

    Breaking(client, change)
    with pytest.raises(OSError, match=r"growing\.log was changed while it was uploaded"):
        asyncio.run(uploader.upload_file(path))
    assert unfinished(s3) == []


def test_only_the_parts_that_name_an_object_can_make_it(api: FakeHttpApi, s3: S3Client) -> None:
    begun = api.post("/v1/uploads/parts/begin", {**SCOPE, "filename": "f", "size_bytes": 9, "sha256": "0" * 64}).body
    upload = {**SCOPE, "uri": begun["uri"], "upload_id": begun["upload_id"]}
    part = {"number": 1, "size_bytes": 9, "sha256": "1" * 64, "etag": "e"}

    wrong = api.post("/v1/uploads/parts/end", {**upload, "parts": [part]})
    assert (wrong.status, wrong.code) == (400, "BadRequest")
    assert "not those that" in wrong.message
    for _ in range(2):
        dropped = api.post("/v1/uploads/parts/end", {**upload, "parts": []})
        assert (dropped.status, dropped.body["exists"]) == (200, False)
    assert unfinished(s3) == []


def test_the_end_of_an_upload_may_be_told_twice(
    uploader: uploads.ApiUploader,
    s3: S3Client,
    transport: ApiAndS3,
    large: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    uri = asyncio.run(uploader.upload_file(large))
    end = next(request for request in reversed(transport.sent) if request.url.endswith("/end"))
    gone = ClientError({"Error": {"Code": "NoSuchUpload"}}, "CompleteMultipartUpload")

    def forgotten(**_: Any) -> None:
        raise gone

    monkeypatch.setattr(s3, "complete_multipart_upload", forgotten)
    assert transport.send(end).status == 200
    s3.delete_object(Bucket=BUCKET, Key=uri.removeprefix(f"s3://{BUCKET}/"))
    answer = transport.send(end)
    assert (answer.status, b"was dropped: upload the file again" in answer.body) == (404, True)


def test_what_is_there_is_not_replaced(
    uploader: uploads.ApiUploader, s3: S3Client, transport: ApiAndS3, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(uploader.upload_file(large))
    end = next(request for request in reversed(transport.sent) if request.url.endswith("/end"))
    conditions: list[str] = []

    def refused(**asked: Any) -> None:
        conditions.append(asked["IfNoneMatch"])
        raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "CompleteMultipartUpload")

    monkeypatch.setattr(s3, "complete_multipart_upload", refused)
    assert transport.send(end).status == 200
    assert conditions == ["*"]
    assert unfinished(s3) == []


def test_uploads_of_others_are_out_of_reach(api: FakeHttpApi, s3: S3Client) -> None:
    part = {"number": 1, "size_bytes": 9, "sha256": "1" * 64}
    for key in ("runs/flytesnacks/development/r/x", "uploads/flytesnacks/production/0/f", "code/x"):
        for route in ("/v1/uploads/parts", "/v1/uploads/parts/end"):
            body = {**SCOPE, "uri": f"s3://{BUCKET}/{key}", "upload_id": "u", "parts": [part]}
            assert api.post(route, body).code == "BadRequest"
    named: dict[str, Any] = {**SCOPE, "size_bytes": 9, "sha256": "0" * 64}
    for name, folder in (("a/b", None), ("..", None), ("", None), ("a", "0" * 64), ("a/../b", "0" * 64)):
        asked = {**named, "filename": name, "folder_sha256": folder}
        assert api.post("/v1/uploads/parts/begin", asked).code == "BadRequest"
