"""Digests of local files, as the backend names them: large files are cut into parts, which are digested in parallel."""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from flyte.protocol import limits
from flyte.protocol.api import UploadPart

from ._ranges import in_parallel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_BLOCK_BYTES = 1024 * 1024
_HASHING = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Content:
    """What a file held when it was read.

    Attributes:
        path: The file.
        size_bytes: How much.
        sha256: Of its bytes; of its parts' digests if it has parts.
        parts: None of a file that goes in one request.
        seen: When it was changed last, to tell later whether it was changed since.
    """

    path: Path
    size_bytes: int
    sha256: str
    parts: tuple[UploadPart, ...]
    seen: tuple[int, int]

    @classmethod
    def of(cls, path: Path) -> Content:
        """Reads the file once.

        Raises:
            ValueError: It is larger than an object in S3 can be.
        """
        status = path.stat()
        seen = (status.st_size, status.st_mtime_ns)
        if status.st_size > limits.OBJECT_BYTES:
            raise ValueError(
                f"{path} has {status.st_size:,} bytes, and an object in S3 at most {limits.OBJECT_BYTES:,}: split it"
            )
        if status.st_size < limits.UPLOAD_IN_PARTS_BYTES:
            size_bytes, sha256 = _digest(path, 0, None)
            return cls(path, size_bytes, sha256, (), seen)
        parts = tuple(in_parallel(lambda part: _part(path, *part), _cut(status.st_size), _HASHING))
        joined = b"".join(bytes.fromhex(part.sha256) for part in parts)
        return cls(path, sum(part.size_bytes for part in parts), hashlib.sha256(joined).hexdigest(), parts, seen)

    def start_of(self, part: UploadPart) -> int:
        """Where the part begins in the file: all but the last have the same size."""
        return (part.number - 1) * self.parts[0].size_bytes

    def was_changed(self) -> bool:
        """Whether the file is not what it was any more."""
        try:
            status = self.path.stat()
        except OSError:
            return True
        return (status.st_size, status.st_mtime_ns) != self.seen


def slice_of(path: Path, start: int, size_bytes: int, moved: Callable[[int], None]) -> BinaryIO:
    """Some bytes of a file as a file of their own.

    Args:
        path: The file.
        start: Where they begin.
        size_bytes: How many they are.
        moved: Called with the bytes that were read so far; what it raises ends the reading.
    """
    return cast("BinaryIO", _Slice(path, start, size_bytes, moved))


class _Slice(io.RawIOBase):
    def __init__(self, path: Path, start: int, size_bytes: int, moved: Callable[[int], None]) -> None:
        self._file = path.open("rb", buffering=0)
        self._file.seek(start)
        self._size_bytes = size_bytes
        self._read_bytes = 0
        self._moved = moved

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._size_bytes - self._read_bytes
        read = self._file.readinto(memoryview(buffer)[:left]) if left else 0
        if read:
            self._read_bytes += read
            self._moved(self._read_bytes)
        return read or 0

    def close(self) -> None:
        self._file.close()
        super().close()


def part_bytes_of(size_bytes: int) -> int:
    """The size of a file's parts. It must depend on nothing else: the parts' digests name the file."""
    least = -(-size_bytes // limits.UPLOAD_PARTS)
    return max(limits.UPLOAD_PART_BYTES, -(-least // limits.MIB) * limits.MIB)


def _cut(size_bytes: int) -> list[tuple[int, int, int]]:
    step = part_bytes_of(size_bytes)
    return [
        (number, start, min(step, size_bytes - start)) for number, start in enumerate(range(0, size_bytes, step), 1)
    ]


def _part(path: Path, number: int, start: int, size_bytes: int) -> UploadPart:
    read_bytes, sha256 = _digest(path, start, size_bytes)
    if read_bytes != size_bytes:
        raise changed(path)
    return UploadPart(number=number, size_bytes=size_bytes, sha256=sha256)


def _digest(path: Path, start: int, size_bytes: int | None) -> tuple[int, str]:
    """Bytes read and their digest. A size of None means up to the end."""
    digest, read_bytes = hashlib.sha256(), 0
    with path.open("rb") as file:
        file.seek(start)
        while block := file.read(_BLOCK_BYTES if size_bytes is None else min(_BLOCK_BYTES, size_bytes - read_bytes)):
            digest.update(block)
            read_bytes += len(block)
    return read_bytes, digest.hexdigest()


def changed(path: Path) -> OSError:
    """The error for a file that is not what it was when its upload began."""
    return OSError(f"{path} was changed while it was uploaded: wait until it is written, then run again")
