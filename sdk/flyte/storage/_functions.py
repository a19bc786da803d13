"""Copies, streams and looks for data by path or URI, for programs that do not want a `File`."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flyte.io._paths import (
    absolute,
    base_name,
    download_target,
    is_remote,
    joined,
    new_local_path,
    new_path,
    plain,
)
from flyte.io._store import Transfer, store_to_read, store_to_write
from flyte.io._streams import Opening, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator
__all__ = ["is_remote"]

_CHUNK_BYTES = 10 * 1024 * 1024


def exists_sync(path: str, **kwargs: Any) -> bool:
    """Whether a file or folder is there."""
    del kwargs
    return store_to_read(path).kind(path) is not None


async def exists(path: str, **kwargs: Any) -> bool:
    """See `exists_sync`."""
    return await asyncio.to_thread(exists_sync, path, **kwargs)


async def get(from_path: str, to_path: str | Path | None = None, recursive: bool = False, **kwargs: Any) -> str:  # noqa: FBT001, FBT002 - Flyte's signature
    """Copies a file, or with `recursive` a folder, to this machine.

    Args:
        from_path: A path or URI.
        to_path: Where to put it; a fresh temporary folder if not given.
        recursive: Whether it is a folder.
        kwargs: Taken for compatibility.

    Returns:
        The path on this machine.

    Raises:
        FileNotFoundError: Nothing is there.
    """
    del kwargs
    name = base_name(plain(from_path))
    target = Path(absolute(to_path)) if recursive and to_path is not None else download_target(to_path, name)
    await asyncio.to_thread(store_to_read(from_path).download, from_path, target, Transfer())
    return str(target)


async def put(
    from_path: str,
    to_path: str | None = None,
    recursive: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
    batch_size: int | None = None,
    chunk_size: int | None = None,
    max_concurrency: int | None = None,
    **kwargs: Any,
) -> str:
    """Copies a file, or with `recursive` a folder, from this machine.

    Args:
        from_path: The path on this machine.
        to_path: Where to put it; a place of the running task's own if not given.
        recursive: Whether it is a folder.
        batch_size: Taken for compatibility.
        chunk_size: Bytes in a part of an upload in parts.
        max_concurrency: Parts or files at a time.
        kwargs: Taken for compatibility.

    Returns:
        The path or URI of the copy.

    Raises:
        FileNotFoundError: Nothing is there.
        IsADirectoryError: It is a folder, and `recursive` is not said.
    """
    del batch_size, kwargs
    source = Path(plain(from_path))
    if not recursive and await asyncio.to_thread(source.is_dir):
        raise IsADirectoryError(f"{source} is a folder: say recursive=True to copy all of it")
    target = to_path or new_path(source.name)
    transfer = Transfer(chunk_size, max_concurrency)
    await asyncio.to_thread(store_to_write(target).upload, source, target, transfer)
    return absolute(target)


def open(path: str, mode: str = "rb", **kwargs: Any) -> Opening:  # noqa: A001 - Flyte's name
    """Opens a file for an `async with` block, or awaited, until its `close`. See `flyte.io.File.open`."""
    return Opening(opened(path, mode, **kwargs))


async def get_stream(path: str, chunk_size: int = _CHUNK_BYTES, **kwargs: Any) -> AsyncIterator[bytes]:
    """The bytes of a file, piece by piece."""
    del kwargs
    async with open(path) as file:
        while chunk := await file.read(chunk_size):
            yield chunk


async def put_stream(
    data_iterable: AsyncIterable[bytes] | bytes,
    *,
    name: str | None = None,
    to_path: str | None = None,
    **kwargs: Any,
) -> str:
    """Writes bytes as they come.

    Args:
        data_iterable: The bytes, or pieces of them.
        name: The file's name in a place of the running task's own.
        to_path: Where to write instead.
        kwargs: Taken for compatibility.

    Returns:
        The path or URI.
    """
    del kwargs
    target = to_path or new_path(name)
    async with open(target, "wb") as file:
        if isinstance(data_iterable, bytes):
            await file.write(data_iterable)
        else:
            async for piece in data_iterable:
                await file.write(piece)
    return absolute(target)


def join(*paths: str) -> str:
    """The paths as one."""
    return joined(*paths)


def get_random_local_path(file_path_or_file_name: Path | str | None = None) -> Path:
    """A path in a fresh temporary folder, with the last part of the given one as its name."""
    return new_local_path(base_name(str(file_path_or_file_name)) if file_path_or_file_name is not None else "")


def get_random_local_directory() -> Path:
    """A fresh temporary folder."""
    return Path(tempfile.mkdtemp(prefix="flyte-"))
