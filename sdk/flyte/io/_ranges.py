"""Reads a remote file by ranges of its bytes: only what is asked for travels, in blocks, large parts in parallel."""

from __future__ import annotations

import io
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

BLOCK_BYTES = 8 * 1024 * 1024
CONCURRENCY = 8
_BLOCKS = 64
_LARGEST_BLOCKS = 4
"""In blocks of the usual size."""

R = TypeVar("R")
T = TypeVar("T")


class RangeReader(io.RawIOBase):
    """A remote file as a raw stream. Wrap it in `io.BufferedReader` for lines and small reads.

    Args:
        size_bytes: The whole file's size.
        fetch: Gives the bytes from the first offset to before the second.
        first: Bytes from the beginning that are known already.
    """

    def __init__(self, size_bytes: int, fetch: Callable[[int, int], bytes], first: bytes = b"") -> None:
        self._size_bytes = size_bytes
        self._fetch = fetch
        self._position = 0
        self._block = first
        self._block_start = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size_bytes}[whence]
        if base + offset < 0:
            raise ValueError(f"cannot seek to {base + offset}, before the beginning")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self._size_bytes - self._position)
        if wanted <= 0:
            return 0
        offset = self._position - self._block_start
        if not 0 <= offset < len(self._block):
            end = min(self._size_bytes, self._position + max(wanted, BLOCK_BYTES))
            self._block, self._block_start, offset = _joined(self._position, end, self._fetch), self._position, 0
        piece = self._block[offset : offset + wanted]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def readall(self) -> bytes:
        known = self._block[self._position - self._block_start :] if self._in_block() else b""
        rest = _joined(self._position + len(known), self._size_bytes, self._fetch)
        self._position = max(self._position, self._size_bytes)
        return known + rest if known else rest

    def _in_block(self) -> bool:
        return self._block_start <= self._position < self._block_start + len(self._block)


def _joined(start: int, end: int, fetch: Callable[[int, int], bytes]) -> bytes:
    if end - start <= BLOCK_BYTES:
        return fetch(start, end) if end > start else b""
    return b"".join(in_parallel(lambda part: fetch(*part), parts(start, end)))


def save(path: Path, size_bytes: int, fetch: Callable[[int, int], bytes], concurrency: int = CONCURRENCY) -> None:
    """Writes all bytes to a file, several blocks at a time; never more than those are in memory."""
    block_bytes = block_of(size_bytes)
    # Larger blocks, fewer of them: what is in memory stays about the same.
    at_a_time = max(2, concurrency * BLOCK_BYTES // block_bytes)
    with path.open("wb") as file:
        descriptor = file.fileno()

        def write(part: tuple[int, int]) -> None:
            start, end = part
            data = memoryview(fetch(start, end))
            while data:
                written = os.pwrite(descriptor, data, start)
                data, start = data[written:], start + written

        for _ in in_parallel(write, parts(0, size_bytes, block_bytes), min(concurrency, at_a_time)):
            pass


def block_of(size_bytes: int) -> int:
    """How large the blocks of a whole object are: up to 64 of them, as long as they are not too large to repeat.

    Each is a request, and a store may take longer for one the larger the object is; the devbox's reads all of it.
    """
    return max(BLOCK_BYTES, min(size_bytes // _BLOCKS, _LARGEST_BLOCKS * BLOCK_BYTES))


def parts(start: int, end: int, block_bytes: int | None = None) -> Iterator[tuple[int, int]]:
    """The range in blocks."""
    step = block_bytes or BLOCK_BYTES
    for first in range(start, end, step):
        yield first, min(first + step, end)


def in_parallel(function: Callable[[T], R], items: Iterable[T], concurrency: int = CONCURRENCY) -> Iterator[R]:
    """What the function gives for each item, in order. Items are taken only as fast as they are worked on."""
    with ThreadPoolExecutor(concurrency, thread_name_prefix="flyte-io") as pool:
        waiting = []
        try:
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) > 2 * concurrency:
                    yield waiting.pop(0).result()
            for future in waiting:
                yield future.result()
        finally:
            for future in waiting:
                future.cancel()
