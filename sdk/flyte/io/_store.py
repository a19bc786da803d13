"""What File, Dir and DataFrame need of a place that holds data, and which place a path belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol

from flyte import _initialize

from ._local import LocalStore
from ._paths import is_on_backend, is_remote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

Kind = Literal["file", "folder"]

_LOCAL = LocalStore()


@dataclass(frozen=True, slots=True)
class Transfer:
    """How large data is moved: bytes in a part, and how many parts at a time. None leaves it to the store."""

    part_bytes: int | None = None
    concurrency: int | None = None


class Store(Protocol):
    """A place that holds files. All methods block; a missing path is a FileNotFoundError that names it."""

    def kind(self, path: str) -> Kind | None:
        """What is there."""

    def open_read(self, path: str) -> AbstractContextManager[BinaryIO]:
        """The file's bytes: seekable, and read as they are needed."""

    def open_write(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Takes a file's bytes. Nothing is there unless the block ends well."""

    def files(self, folder: str) -> Iterator[str]:
        """Paths of all files below, relative to the folder, with `/`, in order."""

    def download(self, path: str, target: Path, transfer: Transfer) -> None:
        """Copies a file, or all of a folder, to this machine."""

    def upload(self, source: Path, path: str, transfer: Transfer) -> None:
        """Copies a file, or all of a folder, from this machine."""


def store_to_read(path: str) -> Store:
    """The store that reads the path: a client without rights in S3 goes through the backend."""
    if not is_remote(path):
        return _LOCAL
    if is_web(path):
        return _web()
    _require_s3(path)
    if not is_on_backend() and _initialize.is_control_plane_available():
        from ._presigned import PresignedStore, is_ours

        if is_ours(path):
            return PresignedStore()
    return _s3()


def store_to_write(path: str) -> Store:
    """The store that writes the path. S3 takes it with the caller's own rights."""
    if not is_remote(path):
        return _LOCAL
    if is_web(path):
        return _web()
    _require_s3(path)
    return _s3()


def _require_s3(path: str) -> None:
    if not path.startswith("s3://"):
        scheme = path.partition("://")[0]
        raise ValueError(f"{path}: {scheme}:// is not supported; use a local path, or an s3:// or https:// URI")


def is_web(path: str) -> bool:
    """Whether it is an address of the web."""
    return path.startswith(("https://", "http://"))


def _web() -> Store:
    from ._web import WebStore

    return WebStore()


def _s3() -> Store:
    from ._s3 import S3Store

    return S3Store()
