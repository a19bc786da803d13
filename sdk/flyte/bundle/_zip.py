"""Writes deterministic zips: the same files give the same bytes on every machine and with every Python.

Entries are sorted, of one time and mode, and stored, not deflated: zlib's output differs between its builds, and an
artifact's digest is part of a version's content.
"""

from __future__ import annotations

import hashlib
import shutil
import stat
import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol, cast

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
COPY_BYTES = 1024 * 1024
ZIP64_FROM_BYTES = 1 << 31


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
    path: Path
    executable: bool = False
    """Kept for packages alone: code is called by Python."""


def checked(files: Iterable[BundleFile]) -> tuple[BundleFile, ...]:
    """The files in the order of the zip.

    Raises:
        CodeBundleError: a name is unsafe or not UTF-8, two names differ by case alone, or there are too many.
    """
    ordered = tuple(sorted(set(files)))
    if len(ordered) > limits.CODE_ARTIFACT_FILES:
        raise CodeBundleError(
            f"the code has {len(ordered)} files, and an artifact holds {limits.CODE_ARTIFACT_FILES}: exclude some in "
            ".flyteignore, or give them as flyte.io.Dir inputs"
        )
    by_folded: dict[str, str] = {}
    for file in ordered:
        check_name(file.name)
        other = by_folded.setdefault(file.name.casefold(), file.name)
        if other != file.name:
            raise CodeBundleError(
                f"{other} and {file.name} differ by case alone, and would be one file on other machines: rename one"
            )
    return ordered


def check_name(name: str) -> None:
    """Refuses what must not be a path in an artifact.

    Raises:
        CodeBundleError: the name leaves the root, or cannot be written as UTF-8.
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        raise CodeBundleError(f"the file name {name!r} is not UTF-8: rename the file") from None
    parts = name.split("/")
    if any(part in {"", ".", ".."} for part in parts) or "\\" in name or "\0" in name or parts[0][1:2] == ":":
        raise CodeBundleError(f"the file name {name!r} cannot be in an artifact: it would leave the root; rename it")


def write_zip(files: Iterable[BundleFile], out: Sink) -> None:
    """Writes the zip of files that `checked` gave, without ever holding one of them whole.

    Raises:
        CodeBundleError: a file is gone, or cannot be read.
    """
    with zipfile.ZipFile(cast("IO[bytes]", _Stream(out)), "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.name, EPOCH)
            entry.create_system = UNIX
            entry.external_attr = (EXECUTABLE_MODE if file.executable else MODE) << 16
            try:
                with file.path.open("rb") as source:
                    entry.file_size = file.path.stat().st_size
                    large = entry.file_size >= ZIP64_FROM_BYTES
                    with archive.open(entry, "w", force_zip64=large) as target:
                        shutil.copyfileobj(source, target, COPY_BYTES)
            except FileNotFoundError:
                raise CodeBundleError(f"{file.path} was removed while it was bundled; try again") from None
            except OSError as error:
                raise CodeBundleError(f"{file.path} cannot be read: {error.strerror or error}") from error


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
