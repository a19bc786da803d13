"""Opens files of any store in any mode, for plain code and for async code."""

from __future__ import annotations

import asyncio
import contextlib
import io
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Self

from ._hashing_io import HashingFile
from ._paths import is_remote, plain
from ._store import store_to_read, store_to_write

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from contextlib import AbstractContextManager
    from types import TracebackType

    from ._hashing_io import HashMethod

_SUFFIXES = {".gz": "gzip", ".bz2": "bz2", ".xz": "xz", ".lzma": "xz"}


@contextlib.contextmanager
def opened(
    path: str,
    mode: str,
    *,
    compression: str | None = None,
    hash_method: HashMethod | None = None,
    **text: Any,
) -> Iterator[IO[Any]]:
    """Opens a file.

    Args:
        path: A local path or a URI.
        mode: As for Python's `open`. A remote file is read or written from its beginning: `rb`, `wb`, `r`, `w`.
        compression: `gzip`, `bz2`, `xz`, or `infer` to go by the path's suffix.
        hash_method: Takes the bytes that are written, before they are compressed.
        text: `encoding`, `errors`, `newline` of the text modes.

    Raises:
        FileNotFoundError: There is nothing to read.
        PermissionError: It may not be read or written.
        ValueError: The mode is unknown, or none of a remote file.
    """
    kind = _kind_of(mode, path)
    if kind == "in place":
        with _in_place(plain(path), mode, **text) as file:
            yield file
        return
    store = store_to_read(path) if kind == "read" else store_to_write(path)
    with contextlib.ExitStack() as stack:
        raw: Any = stack.enter_context(store.open_read(path) if kind == "read" else store.open_write(path))
        if chosen := _compression(compression, path):
            raw = stack.enter_context(_compressed(chosen, raw, kind))
        if hash_method is not None and kind == "write":
            raw = HashingFile(raw, hash_method)
        if "b" in mode:
            yield raw
            return
        wrapper = io.TextIOWrapper(raw, **{"encoding": "utf-8", **text})
        yield wrapper
        wrapper.flush()
        wrapper.detach()


def _kind_of(mode: str, path: str) -> str:
    letters = set(mode)
    if (
        len(letters) != len(mode)
        or len(letters & set("rwax")) != 1
        or letters - set("rwaxbt+")
        or {"b", "t"} <= letters
    ):
        raise ValueError(f"{mode!r} is no mode to open a file in: use 'rb', 'wb', 'r' or 'w'")
    if letters & set("ax+"):
        if is_remote(path):
            raise ValueError(
                f"{path} cannot be opened as {mode!r}: an object in S3 is read or written whole. Use 'rb' or 'wb', or "
                "download it, change the copy, and make a new File of that"
            )
        return "in place"
    return "read" if "r" in letters else "write"


def _in_place(path: str, mode: str, **text: Any) -> IO[Any]:
    if "b" not in mode:
        text = {"encoding": "utf-8", **text}
    return open(path, mode, **text)  # noqa: PTH123 - any mode; the caller closes it


def _compression(asked: str | None, path: str) -> str | None:
    if asked == "infer":
        return next((name for suffix, name in _SUFFIXES.items() if path.endswith(suffix)), None)
    if asked not in {None, "gzip", "bz2", "xz", "lzma"}:
        raise ValueError(f"compression {asked!r} is unknown: use 'gzip', 'bz2', 'xz' or 'infer'")
    return "xz" if asked == "lzma" else asked


def _compressed(name: str, raw: BinaryIO, kind: str) -> Any:
    import bz2
    import gzip
    import lzma

    mode: Any = "rb" if kind == "read" else "wb"
    opener: Any = {"gzip": gzip.open, "bz2": bz2.open, "xz": lzma.open}[name]
    return opener(raw, mode)


class AsyncFile:
    """An open file whose methods are awaited; `async for` goes over its lines. What blocks does so in a thread."""

    def __init__(self, file: IO[Any], manager: AbstractContextManager[IO[Any]]) -> None:
        self._file = file
        self._manager: AbstractContextManager[IO[Any]] | None = manager

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        manager, self._manager = self._manager, None
        return None if manager is None else await asyncio.to_thread(manager.__exit__, kind, error, traceback)

    async def read(self, size: int = -1) -> Any:
        """At most `size` bytes or characters; all that is left without a size."""
        return await asyncio.to_thread(self._file.read, size)

    async def readinto(self, buffer: Any) -> int:
        """Fills the buffer; how many bytes there were."""
        return await asyncio.to_thread(self._file.readinto, buffer)  # type: ignore[attr-defined]

    async def readline(self, size: int = -1) -> Any:
        """The next line, with its end."""
        return await asyncio.to_thread(self._file.readline, size)

    async def readlines(self, hint: int = -1) -> list[Any]:
        """All lines that are left."""
        return await asyncio.to_thread(self._file.readlines, hint)

    async def write(self, data: Any) -> int:
        """Writes bytes or text; how many there were."""
        return await asyncio.to_thread(self._file.write, data)

    async def writelines(self, lines: Any) -> None:
        """Writes each of them, adding nothing."""
        await asyncio.to_thread(self._file.writelines, lines)

    async def seek(self, offset: int, whence: int = 0) -> int:
        """Goes to a position."""
        return await asyncio.to_thread(self._file.seek, offset, whence)

    async def tell(self) -> int:
        """The position."""
        return await asyncio.to_thread(self._file.tell)

    async def flush(self) -> None:
        """Brings what was written on its way."""
        await asyncio.to_thread(self._file.flush)

    async def close(self) -> None:
        """Ends what the end of its block ends otherwise: what was written is in its place."""
        await self.__aexit__(None, None, None)

    @property
    def closed(self) -> bool:
        """Whether its block has ended."""
        return self._file.closed

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        if line := await self.readline():
            return line
        raise StopAsyncIteration


class Opening:
    """A file about to be opened: `async with opening as file`, or `file = await opening`, which is to be closed.

    Args:
        manager: Opens and closes the file; entered and left in a thread.
    """

    def __init__(self, manager: AbstractContextManager[IO[Any]]) -> None:
        self._manager = manager

    def __await__(self) -> Generator[Any, None, AsyncFile]:
        return self._opened().__await__()

    async def _opened(self) -> AsyncFile:
        return AsyncFile(await asyncio.to_thread(self._manager.__enter__), self._manager)

    async def __aenter__(self) -> AsyncFile:
        self._file = await self
        return self._file

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        return await self._file.__aexit__(kind, error, traceback)
