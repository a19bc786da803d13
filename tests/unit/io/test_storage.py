"""`flyte.storage` on this machine's files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from flyte import storage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


def test_files_and_folders_are_copied_both_ways(tmp_path: Path) -> None:
    async def use() -> None:
        (tmp_path / "d").mkdir()
        (tmp_path / "d" / "a.txt").write_text("a")
        assert await storage.put(f"{tmp_path}/d/a.txt", f"{tmp_path}/b.txt") == f"{tmp_path}/b.txt"
        copied = await storage.put(f"{tmp_path}/d", recursive=True)
        assert await storage.exists(storage.join(copied, "a.txt"))
        assert await storage.get(f"{tmp_path}/d", tmp_path / "e", recursive=True) == f"{tmp_path}/e"
        assert (tmp_path / "e" / "a.txt").read_text() == "a"
        assert (await storage.get(f"{tmp_path}/b.txt")).endswith("/b.txt")
        with pytest.raises(IsADirectoryError, match="recursive=True"):
            await storage.put(f"{tmp_path}/d")

    asyncio.run(use())
    assert not storage.exists_sync(f"{tmp_path}/no")


def test_bytes_are_streamed(tmp_path: Path) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"ab"
        yield b"c"

    async def use() -> list[bytes]:
        path = await storage.put_stream(pieces(), to_path=f"{tmp_path}/s")
        assert await storage.put_stream(b"x", name="n.bin") != path
        async with storage.open(path) as file:
            assert await file.read() == b"abc"
        return [piece async for piece in storage.get_stream(path, 2)]

    assert asyncio.run(use()) == [b"ab", b"c"]


def test_a_file_can_be_opened_without_a_block_and_is_there_once_closed(tmp_path: Path) -> None:
    async def use() -> bytes:
        file = await storage.open(f"{tmp_path}/w", "wb")
        await file.write(b"abc")
        await file.close()
        await file.close()
        assert file.closed
        async with await storage.open(f"{tmp_path}/w") as reading:
            content: bytes = await reading.read()
        assert reading.closed
        return content

    assert asyncio.run(use()) == b"abc"


def test_a_block_that_fails_leaves_no_file(tmp_path: Path) -> None:
    async def use() -> None:
        async with storage.open(f"{tmp_path}/w", "wb") as file:
            await file.write(b"half")
            raise KeyError("stop")

    with pytest.raises(KeyError):
        asyncio.run(use())
    assert not (tmp_path / "w").exists()


def test_paths() -> None:
    assert storage.is_remote("s3://b/k")
    assert not storage.is_remote("file:///x")
    assert storage.join("s3://b", "k", "x") == "s3://b/k/x"
    assert storage.get_random_local_path("x/y.txt").name == "y.txt"
    assert storage.get_random_local_directory().is_dir()


def test_settings_come_from_awss_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

    assert storage.S3.auto(region="eu-central-1") == storage.S3(
        endpoint="http://127.0.0.1:1",
        region="eu-central-1",
        access_key_id=storage.S3.auto().access_key_id,
        secret_access_key=storage.S3.auto().secret_access_key,
    )
    assert storage.GCS.auto() == storage.GCS()
