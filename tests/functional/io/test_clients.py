"""A client brings files to the backend and reads results, through the API alone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from flyte.io import DataFrame, Dir, File, _ranges, _s3, uploads
from flyte.types import NativeInterface
from tests.fakes.aws_stack import BUCKET
from tests.fakes.watch import watching

if TYPE_CHECKING:
    from pathlib import Path

    from flyte.remote._http import ApiClient
    from tests.fakes.http_api import FakeHttpApi
    from tests.functional.io.conftest import ApiAndS3

    from mypy_boto3_s3 import S3Client  # isort: skip

PREFIX = "runs/flytesnacks/development/r1/a0/data"
URI = f"s3://{BUCKET}/{PREFIX}"


@pytest.fixture(autouse=True)
def no_rights(client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the client itself would do in S3 fails the test."""

    def refuse() -> None:
        raise AssertionError("a client talks to S3 by presigned URLs only")

    monkeypatch.setattr(_s3, "client", refuse)


@pytest.fixture
def uploader(client: ApiClient) -> uploads.ApiUploader:
    return uploads.ApiUploader(client, "flytesnacks", "development")


def test_results_are_read_through_the_api(s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ranges, "BLOCK_BYTES", 1000)
    s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}/a.bin", Body=bytes(range(250)) * 100)
    file: File[bytes] = File(path=f"{URI}/a.bin")

    with file.open_sync() as handle:
        handle.seek(2500)
        assert handle.read(2) == bytes([0, 1])
        handle.seek(0)
        assert handle.read() == bytes(range(250)) * 100
    with open(file.download_sync(), "rb") as handle:  # noqa: PTH123
        assert handle.read() == bytes(range(250)) * 100
    assert file.exists_sync()
    assert not File(path=f"{URI}/b").exists_sync()
    with pytest.raises(FileNotFoundError, match=f"{URI}/b does not exist"):
        File(path=f"{URI}/b").download_sync()


def test_empty_files_are_read(s3: S3Client) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}/empty", Body=b"")

    with File(path=f"{URI}/empty").open_sync() as handle:
        assert handle.read() == b""
    with open(File(path=f"{URI}/empty").download_sync(), "rb") as handle:  # noqa: PTH123
        assert handle.read() == b""


def test_folders_are_read_page_by_page(s3: S3Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("functions.control.transfers._PAGE_FILES", 2)
    for name in ("a", "b/c", "b/d", "e/", "f"):
        s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}/d/{name}", Body=name.encode() if name != "e/" else b"")
    folder: Dir[str] = Dir(path=f"{URI}/d")

    assert [file.path for file in folder.walk_sync()] == [f"{URI}/d/{name}" for name in ("a", "b/c", "b/d", "f")]
    folder.download_sync(tmp_path / "copy")
    assert (tmp_path / "copy" / "b" / "d").read_text() == "b/d"
    assert (tmp_path / "copy" / "e").is_dir()
    with pytest.raises(IsADirectoryError, match="is a folder"), File(path=f"{URI}/d").open_sync():
        pass
    with pytest.raises(NotADirectoryError, match="is a file"):
        Dir(path=f"{URI}/d/a").list_files_sync()


def test_data_of_others_is_refused(api: FakeHttpApi, s3: S3Client) -> None:
    scope = {"project": "flytesnacks", "domain": "development"}
    for uri in (
        f"s3://{BUCKET}/code/x.zip",
        f"s3://{BUCKET}/runs/flytesnacks/production/r/a0/data/x",
        f"s3://{BUCKET}/runs/flytesnacks/developments/r",
        "s3://other/runs/flytesnacks/development/x",
        "/runs/flytesnacks/development/x",
    ):
        answer = api.post("/v1/downloads", {**scope, "uri": uri})
        assert (answer.status, answer.code) == (400, "BadRequest"), uri
    missing = api.post("/v1/downloads", {**scope, "uri": f"{URI}/nothing"})
    assert (missing.status, missing.code) == (404, "DataNotFound")


@pytest.mark.parametrize("path", ["../x", "a//b", "/a", ".", "a/..", "a/"])
def test_paths_that_lead_out_of_an_uploaded_folder_are_refused(api: FakeHttpApi, s3: S3Client, path: str) -> None:
    body = {"project": "flytesnacks", "domain": "development", "name": "d", "sha256": "0" * 64}
    answer = api.post("/v1/uploads/folder", {**body, "files": [{"path": path, "size_bytes": 1, "sha256": "0" * 64}]})

    assert (answer.status, answer.code) == (400, "BadRequest")


# -- inputs --------------------------------------------------------------------------------------------------------


@dataclass
class Layer:
    weights: File[bytes]
    size: int = 1


@dataclass
class Model:
    layers: list[Layer]
    notes: File[str] | None = None


def task(
    file: File[str],
    folder: Dir[str],
    model: Model,
    by_name: dict[str, list[File[str]]],
    pair: tuple[int, File[str]],
    frame: DataFrame,
    table: pd.DataFrame,
    text: str,
    other: File[str] | str,
) -> None:
    """Takes files wherever a value can have them."""


def bring(values: dict[str, Any], uploader: uploads.Uploader) -> dict[str, Any]:
    interface = NativeInterface.from_callable(task)
    encoded = interface.encode_inputs(values)
    return asyncio.run(uploads.replace_local_paths(encoded, interface.describe(), uploader))


def test_local_paths_become_uris_wherever_they_are(
    uploader: uploads.ApiUploader, s3: S3Client, transport: ApiAndS3, tmp_path: Path
) -> None:
    for name in ("a.txt", "b.txt", "d/e.txt", "d/f/g.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "d" / "empty").mkdir()
    a, b = str(tmp_path / "a.txt"), str(tmp_path / "b.txt")
    values = {
        "file": File(path=a),
        "folder": Dir(path=str(tmp_path / "d")),
        "model": Model([Layer(File(path=a)), Layer(File(path=b), 3)], None),
        "by_name": {"x": [File(path=b), File(path="s3://else/where")]},
        "pair": (1, File(path=a)),
        "frame": DataFrame.wrap_df(pd.DataFrame({"n": [1]})),
        "table": pd.DataFrame({"n": [2]}),
        "text": a,
        "other": a,
    }

    made = bring(values, uploader)

    prefix = f"s3://{BUCKET}/uploads/flytesnacks/development/"
    assert made["file"]["path"].startswith(prefix)
    assert made["file"]["path"].endswith("/a.txt")
    assert made["model"]["layers"][0]["weights"]["path"] == made["file"]["path"]
    assert made["model"]["layers"][1]["weights"]["path"] == made["by_name"]["x"][0]["path"]
    assert made["model"]["layers"][1]["size"] == 3
    assert made["by_name"]["x"][1]["path"] == "s3://else/where"
    assert made["pair"][1]["path"] == made["file"]["path"]
    assert (made["text"], made["other"]) == (a, a)
    puts = [request for request in transport.sent if request.method == "PUT"]
    assert len(puts) == 2 + 3 + 2  # a and b once, the folder's two and its empty one, two frames

    back = NativeInterface.from_callable(task).decode_inputs(made)
    assert [file.path.removeprefix(f"{back['folder'].path}/") for file in back["folder"].walk_sync()] == [
        "e.txt",
        "f/g.txt",
    ]
    back["folder"].download_sync(tmp_path / "copy")
    assert (tmp_path / "copy" / "empty").is_dir()
    assert list(back["frame"].all_sync()["n"]) == [1]
    assert list(back["table"]["n"]) == [2]


def test_a_folder_without_files_is_brought(uploader: uploads.ApiUploader, s3: S3Client, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    uri = asyncio.run(uploader.upload_folder(tmp_path / "nothing"))

    assert uri.endswith("/nothing")
    assert Dir(path=uri).exists_sync()
    assert Dir(path=uri).list_files_sync() == []


def test_what_is_there_is_not_an_error(uploader: uploads.ApiUploader, s3: S3Client, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")

    first = asyncio.run(uploader.upload_file(tmp_path / "a.txt"))
    assert asyncio.run(uploader.upload_file(tmp_path / "a.txt")) == first


def test_only_what_is_missing_of_a_folder_is_sent_again(
    uploader: uploads.ApiUploader, s3: S3Client, transport: ApiAndS3, tmp_path: Path
) -> None:
    (tmp_path / "d" / "empty").mkdir(parents=True)
    (tmp_path / "d" / "a").write_text("a")
    (tmp_path / "d" / "b").write_text("b")
    uri = asyncio.run(uploader.upload_folder(tmp_path / "d"))
    transport.sent.clear()

    assert asyncio.run(uploader.upload_folder(tmp_path / "d")) == uri
    assert [request.method for request in transport.sent] == ["POST"]
    s3.delete_object(Bucket=BUCKET, Key=f"{uri.removeprefix(f's3://{BUCKET}/')}/b")
    assert asyncio.run(uploader.upload_folder(tmp_path / "d")) == uri
    assert len([request for request in transport.sent if request.method == "PUT"]) == 1


def test_progress_is_told_to_who_watches(uploader: uploads.ApiUploader, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("abc")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "b").write_text("de")
    with watching() as seen:
        asyncio.run(uploader.upload_file(tmp_path / "a.txt"))
        uri = asyncio.run(uploader.upload_folder(tmp_path / "d"))
        Dir(path=uri).download_sync(tmp_path / "copy")

    assert seen == [
        "upload a.txt of 3",
        "a.txt at 3",
        "a.txt ended",
        "upload d/ of 2",
        "d/ at 2",
        "d/ ended",
        "download d/ of 2",
        "d/ at 2",
        "d/ ended",
    ]


def test_a_missing_path_is_named_with_its_place(uploader: uploads.ApiUploader, tmp_path: Path) -> None:
    def needs(model: Model) -> None: ...

    interface = NativeInterface.from_callable(needs)
    gone = str(tmp_path / "gone.txt")
    encoded = interface.encode_inputs({"model": Model([Layer(File(path=gone))])})

    with pytest.raises(FileNotFoundError, match=r"gone\.txt does not exist") as caught:
        asyncio.run(uploads.replace_local_paths(encoded, interface.describe(), uploader))
    assert caught.value.__notes__ == ["It is the input model.layers[0].weights."]
