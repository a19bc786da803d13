"""File in local mode: references, streams, hashes, and what bad input gets."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel

from flyte.io import File, HashFunction
from flyte.io._hashing_io import HashlibAccumulator, PrecomputedValue
from flyte.types import ValueMismatch, codec_for

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text("one\ntwo\n")
    return path


def test_a_local_file_stays_where_it_is(note: Path) -> None:
    file: File[str] = File.from_local_sync(note)

    assert (file.path, file.name) == (str(note), "note.txt")
    assert file.download_sync() == str(note)


def test_a_local_file_is_copied_to_a_destination(note: Path, tmp_path: Path) -> None:
    file: File[str] = asyncio.run(File.from_local(note, str(tmp_path / "deep" / "copy.txt")))

    assert file.path == str(tmp_path / "deep" / "copy.txt")
    assert (tmp_path / "deep" / "copy.txt").read_text() == "one\ntwo\n"


@pytest.mark.parametrize("target", ["copy.txt", "folder/"])
def test_download_takes_a_path_or_a_folder(note: Path, tmp_path: Path, target: str) -> None:
    path = File.from_local_sync(note).download_sync(f"{tmp_path}/{target}")

    assert path == str(tmp_path / ("copy.txt" if target == "copy.txt" else "folder/note.txt"))
    assert note.read_text() == (tmp_path / path).read_text()


def test_methods_of_an_open_file_are_awaited(note: Path) -> None:
    async def use() -> tuple[bytes, bytes, list[bytes], bytes]:
        file: File[str] = File.from_local_sync(note)
        async with file.open() as handle:
            first, rest = await handle.readline(), await handle.read()
        async with file.open("rb") as handle:
            lines = [line async for line in handle]
            await handle.seek(4)
            assert await handle.tell() == 4
            return first, rest, lines, await handle.read(3)

    assert asyncio.run(use()) == (b"one\n", b"two\n", [b"one\n", b"two\n"], b"two")


def test_text_modes_give_text(note: Path) -> None:
    file: File[str] = File.from_local_sync(note)
    with file.open_sync("w", encoding="latin-1") as handle:
        handle.write("ü\n")
    with file.open_sync("r", encoding="latin-1") as handle:
        assert handle.read() == "ü\n"

    assert note.read_bytes() == b"\xfc\n"


@pytest.mark.parametrize("compression", ["gzip", "bz2", "xz"])
def test_compressed_files_round_trip(tmp_path: Path, compression: str) -> None:
    file: File[str] = File(path=str(tmp_path / "data"))
    with file.open_sync("wb", compression=compression) as handle:
        handle.write(b"x" * 1000)
    with file.open_sync("rb", compression=compression) as handle:
        assert handle.read() == b"x" * 1000

    assert (tmp_path / "data").stat().st_size < 200


def test_compression_is_inferred_from_the_suffix(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"hello"))

    with File(path=str(tmp_path / "a.txt.gz")).open_sync(compression="infer") as handle:
        assert handle.read() == b"hello"


def test_a_new_file_is_written_and_hashed_on_the_way() -> None:
    file: File[bytes] = File.new_remote("out.bin", hash_method="sha256")
    with file.open_sync("wb") as handle:
        handle.write(b"ab")
        handle.write(b"c")

    assert file.hash == hashlib.sha256(b"abc").hexdigest()
    assert file.name == "out.bin"
    with file.open_sync() as handle:
        assert handle.read() == b"abc"


def test_a_failed_write_leaves_the_old_content(note: Path) -> None:
    file: File[str] = File.from_local_sync(note)
    with pytest.raises(TypeError, match="bytes-like"), file.open_sync("wb") as handle:
        handle.writelines([b"half", "no bytes"])

    assert note.read_text() == "one\ntwo\n"
    assert [path.name for path in note.parent.iterdir()] == ["note.txt"]


def test_hash_methods_see_the_content(note: Path) -> None:
    shortest = HashFunction.from_fn(lambda data: str(len(data)))

    assert File.from_local_sync(note, hash_method=shortest).hash == "8"
    assert File.from_local_sync(note, hash_method=shortest).hash == "8"
    assert File.from_local_sync(note, hash_method="md5").hash == hashlib.md5(b"one\ntwo\n").hexdigest()
    streamed = HashlibAccumulator.from_hash_name("sha256")
    for _ in range(2):
        assert File.from_local_sync(note, hash_method=streamed).hash == hashlib.sha256(b"one\ntwo\n").hexdigest()
    assert File.from_local_sync(note, hash_method=PrecomputedValue("known")).hash == "known"
    assert File.from_local_sync(note, hash_method="my-key").hash == "my-key"
    assert File.from_local_sync(note).hash is None


def test_exists_tells_files_only(note: Path) -> None:
    assert File.from_local_sync(note).exists_sync()
    assert not File(path=str(note.parent)).exists_sync()
    assert not asyncio.run(File(path=f"{note}.no").exists())


def test_modes_that_change_a_file_in_place_are_local(note: Path) -> None:
    with File.from_local_sync(note).open_sync("ab") as handle:
        handle.write(b"three\n")

    assert note.read_text().endswith("three\n")
    with pytest.raises(ValueError, match="cannot be opened as 'ab'"), File(path="s3://b/k").open_sync("ab"):
        pass


@pytest.mark.parametrize("mode", ["", "rw", "rbt", "q", "rr"])
def test_unknown_modes_are_refused(note: Path, mode: str) -> None:
    with pytest.raises(ValueError, match="is no mode"), File.from_local_sync(note).open_sync(mode):
        pass


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=f"{tmp_path}/no/a.txt does not exist; only {tmp_path} does"):
        File.from_local_sync(tmp_path / "no" / "a.txt")
    with pytest.raises(FileNotFoundError, match=r"a\.txt does not exist"), File(path=f"{tmp_path}/a.txt").open_sync():
        pass
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    with pytest.raises(FileNotFoundError, match=r"symbolic link to .*gone, which does not exist"):
        File.from_local_sync(tmp_path / "link")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError, match=r"use flyte\.io\.Dir"):
        File.from_local_sync(tmp_path)


def test_other_schemes_are_refused() -> None:
    with pytest.raises(ValueError, match="gs:// is not supported"):
        File(path="gs://b/k").exists_sync()


# -- as a value ----------------------------------------------------------------------------------------------------


@dataclass
class Pair:
    left: File[str]
    right: File[str] | None = None


class Config(BaseModel):
    pairs: dict[str, Pair] = {}


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (File, File(path="/a/b.txt", hash="h")),
        (File[int], File(path="s3://b/k")),
        (list[File], [File(path="/a"), File(path="/b")]),
        (File | None, None),
        (tuple[File, int], (File(path="/a"), 3)),
        (Pair, Pair(File(path="/l"))),
        (Config, Config(pairs={"x": Pair(File(path="/l"), File(path="/r", format="csv"))})),
    ],
    ids=str,
)
def test_files_travel_as_json(hint: object, value: object) -> None:
    codec = codec_for(hint)

    assert codec.decode(codec.encode(value)) == value


def test_the_wire_has_only_the_reference() -> None:
    file: File[str] = File(path="/a/b.txt", hash_method=HashFunction(str))

    assert codec_for(File).encode(file) == {"path": "/a/b.txt", "name": "b.txt", "format": "", "hash": None}


def test_a_bare_path_is_a_file_from_the_root_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert codec_for(File).decode("a.txt").path == str(tmp_path / "a.txt")
    assert codec_for(File).decode("file:///x/a.txt").path == "/x/a.txt"
    assert codec_for(File).decode("s3://b/k").path == "s3://b/k"
    assert codec_for(str | File).decode("a.txt") == "a.txt"


def test_other_values_are_no_files() -> None:
    with pytest.raises(ValueMismatch, match="wanted File"):
        codec_for(File).decode(3)


def test_importing_flyte_loads_neither_files_nor_frames() -> None:
    script = "import sys, flyte; assert 'flyte.io' not in sys.modules; import flyte.io;"
    script += "assert not {'boto3', 'pandas', 'pyarrow', 'polars', 'flyte.remote._http'} & sys.modules.keys()"

    subprocess.run([sys.executable, "-c", script], check=True)
