"""Writes deterministic zips: the same files give the same bytes on every machine and with every Python.

Entries are sorted, of one time and mode, and stored, not deflated: zlib's output differs between its builds, and an
artifact's digest is part of a version's content.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import stat
import zipfile
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Protocol, TypeVar, cast

from flyte.errors import CodeBundleError
from flyte.protocol import limits

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold."""
MODE = stat.S_IFREG | 0o644
EXECUTABLE_MODE = stat.S_IFREG | 0o755
UNIX = 3
_LEAVES_ROOT = re.compile(r"(?:^|/)(?:\.\.?)?(?:/|$)|[\\\0]|^.:")
"""A step that is empty, `.` or `..`; a separator of Windows, or a drive; the end of a name in C."""
COPY_BYTES = 1024 * 1024
ZIP64_FROM_BYTES = 1 << 31


EntryT = TypeVar("EntryT", bound="BundleFile | BundleBytes")


class Sink(Protocol):
    """What a zip is written to."""

    def write(self, data: bytes, /) -> int:
        """Takes bytes."""

    def flush(self) -> None:
        """Hands on what is held back."""


@dataclass(frozen=True, slots=True, order=True)
class BundleFile:
    """A file on disk, and its path in the artifact."""

    name: str
    path: str | Path
    executable: bool = False
    """Kept for packages alone: code is called by Python."""


@dataclass(frozen=True, slots=True)
class BundleBytes:
    """A file of the artifact that is made for it and lies on no disk."""

    name: str
    content: bytes = field(repr=False)


Entry = BundleFile | BundleBytes


def checked(files: Iterable[EntryT]) -> tuple[EntryT, ...]:
    """The files in the order of the zip.

    Raises:
        CodeBundleError: a name is unsafe or not UTF-8, two names differ by case alone, or there are too many.
    """
    ordered = tuple(sorted(set(files), key=lambda file: file.name))
    if len(ordered) > limits.CODE_ARTIFACT_FILES:
        raise CodeBundleError(
            f"the code has {len(ordered)} files, and an artifact holds {limits.CODE_ARTIFACT_FILES}: exclude some in "
            ".flyteignore, or give them as flyte.io.Dir inputs"
        )
    by_folded: dict[str, EntryT] = {}
    for file in ordered:
        check_name(file.name)
        other = by_folded.setdefault(file.name.casefold(), file)
        if other.name != file.name:
            raise CodeBundleError(
                f"{other.name} and {file.name} differ by case alone, and would be one file on other machines: rename "
                "one, or list it in .flyteignore"
            )
        if other is not file:
            raise CodeBundleError(f"two files would be {file.name} in the artifact: rename one")
    return ordered


def check_name(name: str) -> None:
    """Refuses what must not be a path in an artifact.

    Raises:
        CodeBundleError: the name leaves the root, or cannot be written as UTF-8.
    """
    try:
        size_bytes = len(name.encode())
    except UnicodeEncodeError:
        raise CodeBundleError(
            f"the file name {name!r} is not UTF-8: rename the file, or list it in .flyteignore"
        ) from None
    if size_bytes > limits.CODE_ARTIFACT_NAME_BYTES:
        raise CodeBundleError(
            f"the path {name[:60]}…{name[-60:]} has {size_bytes:,} bytes, and one in an artifact at most "
            f"{limits.CODE_ARTIFACT_NAME_BYTES:,}: move the file up, or list it in .flyteignore"
        )
    if _LEAVES_ROOT.search(name):
        raise CodeBundleError(f"the file name {name!r} cannot be in an artifact: it would leave the root; rename it")


def write_zip(files: Iterable[Entry], out: Sink) -> None:
    """Writes the zip of files that `checked` gave, without ever holding one of them whole.

    Raises:
        CodeBundleError: a file is gone, or cannot be read.
    """
    with zipfile.ZipFile(cast("IO[bytes]", _Stream(out)), "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.name, EPOCH)
            entry.create_system = UNIX
            entry.external_attr = MODE << 16
            if isinstance(file, BundleBytes):
                _write_entry(archive, entry, io.BytesIO(file.content), len(file.content))
            else:
                _write_file(archive, entry, file)


def _write_file(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: BundleFile) -> None:
    if file.executable:
        entry.external_attr = EXECUTABLE_MODE << 16
    try:
        with open_regular(file.path) as source:
            _write_entry(archive, entry, source, os.fstat(source.fileno()).st_size)
    except FileNotFoundError:
        raise CodeBundleError(f"{file.path} was removed while it was bundled; try again") from None
    except OSError as error:
        raise CodeBundleError(
            f"{file.path} cannot be read: {error.strerror or error}; list it in .flyteignore if it is not needed"
        ) from error


def _write_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, source: IO[bytes], size_bytes: int) -> None:
    entry.file_size = size_bytes
    with archive.open(entry, "w", force_zip64=size_bytes >= ZIP64_FROM_BYTES) as target:
        shutil.copyfileobj(source, target, min(COPY_BYTES, size_bytes + 1))


def open_regular(path: str | Path) -> IO[bytes]:
    """Opens a file to read, and never waits: one that has become a pipe meanwhile would have no end.

    Raises:
        OSError: it cannot be read, or is no regular file any more.
    """
    source = open(path, "rb", opener=_without_waiting)  # noqa: SIM115 - the caller closes it
    if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
        source.close()
        raise OSError(f"{path} is no file any more")
    return source


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


class _Stream:
    """A file that cannot go back: zips are written alike whether their bytes are kept or digested."""

    def __init__(self, out: Sink) -> None:
        self.write = out.write
        self.flush = out.flush


class DigestSink:
    """Takes bytes, and keeps their number and sha256 alone."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    def write(self, data: bytes) -> int:
        """Counts and digests."""
        self._digest.update(data)
        self.size_bytes += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    @property
    def sha256(self) -> str:
        """The digest of what was written, in hex."""
        return self._digest.hexdigest()
