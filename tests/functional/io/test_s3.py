"""Files, folders, frames and checkpoints in S3, as a task reads and writes them."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from botocore.exceptions import ClientError

from flyte.io import DataFrame, Dir, File, _multipart, _ranges, _s3
from flyte.io._s3 import S3Checkpoint, put_text
from tests.fakes.aws_stack import BUCKET

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

PREFIX = "runs/flytesnacks/development/r1/a0/data"
URI = f"s3://{BUCKET}/{PREFIX}"


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of S3's least size, so that a few MiB are many of them."""
    monkeypatch.setattr(_multipart, "PART_BYTES", 5 * 1024**2)
    monkeypatch.setattr(_ranges, "BLOCK_BYTES", 1024**2)
    monkeypatch.setattr(_s3, "BLOCK_BYTES", 1024**2)
    monkeypatch.setattr(_s3, "_IN_PARTS_BYTES", 5 * 1024**2)


@pytest.fixture
def data() -> bytes:
    return random.Random(7).randbytes(11 * 1024**2 + 13)


def keys(s3: S3Client, prefix: str = PREFIX) -> list[str]:
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", ())
    return [item["Key"].removeprefix(f"{PREFIX}/") for item in found]


def unfinished(s3: S3Client) -> list[Any]:
    return list(s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", ()))


def test_a_small_file_round_trips(s3: S3Client) -> None:
    async def use() -> tuple[bytes, list[bytes]]:
        file: File[str] = File(path=f"{URI}/a.txt")
        async with file.open("wb") as handle:
            await handle.write(b"one\n")
            await handle.write(b"two\n")
        assert await file.exists()
        async with file.open() as handle:
            whole = await handle.read()
        async with file.open() as handle:
            return whole, [line async for line in handle]

    assert asyncio.run(use()) == (b"one\ntwo\n", [b"one\n", b"two\n"])


@pytest.mark.usefixtures("small_parts")
def test_a_large_file_is_written_in_parts_and_read_by_ranges(s3: S3Client, data: bytes) -> None:
    file: File[bytes] = File(path=f"{URI}/large", hash_method=None)
    with file.open_sync("wb") as handle:
        for start in range(0, len(data), 700_000):
            handle.write(data[start : start + 700_000])

    assert s3.head_object(Bucket=BUCKET, Key=f"{PREFIX}/large")["ETag"].endswith('-3"')
    with file.open_sync() as handle:
        assert handle.read(10) == data[:10]
        handle.seek(-20, 2)
        assert handle.read() == data[-20:]
        handle.seek(3_000_000)
        assert handle.read(2_500_000) == data[3_000_000:5_500_000]
        handle.seek(100)
        assert handle.read() == data[100:]


@pytest.mark.usefixtures("small_parts")
def test_a_large_file_is_moved_whole(s3: S3Client, data: bytes, tmp_path: Path) -> None:
    (tmp_path / "large.bin").write_bytes(data)
    file: File[bytes] = File.from_local_sync(tmp_path / "large.bin", f"{URI}/large.bin")
    path = file.download_sync(f"{tmp_path}/back/")

    assert path == f"{tmp_path}/back/large.bin"
    assert (tmp_path / "back" / "large.bin").read_bytes() == data


def test_an_empty_file_round_trips(s3: S3Client) -> None:
    file: File[bytes] = File(path=f"{URI}/empty")
    with file.open_sync("wb"):
        pass
    with file.open_sync() as handle:
        assert handle.read() == b""
    with open(file.download_sync(), "rb") as handle:  # noqa: PTH123
        assert handle.read() == b""


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("size", [100, 6 * 1024**2])
def test_a_write_that_fails_leaves_nothing(s3: S3Client, size: int) -> None:
    file: File[bytes] = File(path=f"{URI}/broken")
    with pytest.raises(TypeError), file.open_sync("wb") as handle:
        handle.writelines([b"x" * size, "no bytes"])

    assert keys(s3) == []
    assert unfinished(s3) == []


@pytest.mark.usefixtures("small_parts")
def test_a_part_that_s3_refuses_fails_the_write_and_drops_the_rest(
    s3: S3Client, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = _s3.client()
    answer: Any = {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}

    def refuse(**_: Any) -> Any:
        raise ClientError(answer, "UploadPart")

    monkeypatch.setattr(client, "upload_part", refuse)
    with (
        pytest.raises(PermissionError, match=rf"{URI}/x may not be written \(AccessDenied\)"),
        File(path=f"{URI}/x").open_sync("wb") as handle,
    ):
        handle.write(data)

    assert unfinished(s3) == []


def test_what_is_missing_is_named(s3: S3Client) -> None:
    missing = f"{URI}/no"
    with pytest.raises(FileNotFoundError, match=f"{missing} does not exist"), File(path=missing).open_sync():
        pass
    with pytest.raises(FileNotFoundError, match=f"{missing} does not exist"):
        File(path=missing).download_sync()
    with pytest.raises(FileNotFoundError, match=f"{missing} does not exist"):
        Dir(path=missing).list_files_sync()
    with pytest.raises(FileNotFoundError, match="no such bucket"), File(path="s3://nobody/x").open_sync():
        pass
    assert not File(path=missing).exists_sync()
    assert not Dir(path=missing).exists_sync()
    with pytest.raises(ValueError, match="names a bucket"), File(path="s3://bucket").open_sync("wb"):
        pass


def test_a_refusal_is_told_from_a_missing_object(s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 answers 403 also for what is missing, where the role may list only a prefix."""
    s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}/there", Body=b"x")
    client = _s3.client()
    answer: Any = {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}

    def refuse(**_: Any) -> Any:
        raise ClientError(answer, "GetObject")

    monkeypatch.setattr(client, "get_object", refuse)
    monkeypatch.setattr(client, "head_object", refuse)
    with pytest.raises(PermissionError, match="may not be read"), File(path=f"{URI}/there").open_sync():
        pass
    with pytest.raises(FileNotFoundError), File(path=f"{URI}/absent").open_sync():
        pass
    assert not File(path=f"{URI}/absent").exists_sync()


def test_an_object_that_changes_while_it_is_read_is_noticed(s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ranges, "BLOCK_BYTES", 1024)
    monkeypatch.setattr(_s3, "BLOCK_BYTES", 1024)
    s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}/moving", Body=b"a" * 5000)

    with File(path=f"{URI}/moving").open_sync() as handle:
        assert handle.read(10) == b"a" * 10
        s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}/moving", Body=b"b" * 5000)
        with pytest.raises(OSError, match="was changed while it was read"):
            handle.read()


def test_a_folder_round_trips_with_empty_folders(s3: S3Client, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "empty").mkdir(parents=True)
    (root / "sub").mkdir()
    (root / "a.txt").write_text("a")
    (root / "sub" / "b.txt").write_text("b")

    folder: Dir[str] = asyncio.run(Dir.from_local(root, f"{URI}/d"))
    assert keys(s3) == ["d/a.txt", "d/empty/", "d/sub/b.txt"]
    assert [file.path for file in folder.walk_sync()] == [f"{URI}/d/a.txt", f"{URI}/d/sub/b.txt"]
    assert folder.exists_sync()
    found = folder.get_file_sync("sub/b.txt")
    assert found is not None
    copy = tmp_path / "copy"
    assert folder.download_sync(copy) == str(copy)
    assert sorted(path.relative_to(copy).as_posix() for path in copy.rglob("*")) == [
        "a.txt",
        "empty",
        "sub",
        "sub/b.txt",
    ]


def test_a_wholly_empty_folder_round_trips(s3: S3Client, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    folder: Dir[str] = Dir.from_local_sync(tmp_path / "nothing", f"{URI}/nothing")

    assert folder.exists_sync()
    assert folder.list_files_sync() == []
    folder.download_sync(tmp_path / "copy")
    assert list((tmp_path / "copy").iterdir()) == []


def test_keys_that_lead_out_of_the_folder_are_refused(s3: S3Client, tmp_path: Path) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}/d/x/../../../evil", Body=b"x")

    with pytest.raises(ValueError, match="is no path below a folder"):
        Dir(path=f"{URI}/d").download_sync(tmp_path / "copy")
    assert not (tmp_path / "evil").exists()


def test_frames_are_read_and_written_in_s3(s3: S3Client) -> None:
    made = DataFrame.from_local_sync(pd.DataFrame({"n": [1, 2]}), remote_destination=f"{URI}/f.parquet")

    assert list(DataFrame.from_existing_remote(f"{URI}/f.parquet").all_sync()["n"]) == [1, 2]
    assert made.uri == f"{URI}/f.parquet"


def test_a_checkpoint_is_replaced_as_a_whole(s3: S3Client, tmp_path: Path) -> None:
    place = f"{URI}/checkpoint"
    assert S3Checkpoint(place).fetch() is None
    (tmp_path / "one").write_text("1")
    S3Checkpoint(place).put(tmp_path / "one")
    first = S3Checkpoint(place).fetch()
    assert first is not None
    assert first.read_text() == "1"

    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "b.txt").write_text("2")
    S3Checkpoint(place).put(tmp_path / "two")
    second = S3Checkpoint(place).fetch()
    assert second is not None
    assert [(path.name, path.read_text()) for path in second.iterdir()] == [("b.txt", "2")]
    assert len(keys(s3)) == 2


def test_text_is_put_with_its_type(s3: S3Client) -> None:
    put_text(f"{URI}/report.html", "<p>ü", "text/html; charset=utf-8")

    found = s3.get_object(Bucket=BUCKET, Key=f"{PREFIX}/report.html")
    assert (found["Body"].read(), found["ContentType"]) == ("<p>ü".encode(), "text/html; charset=utf-8")
