"""Unpacks an artifact's zip. One that is not as our bundler writes it is refused, by raising: no name is cleaned up."""

from __future__ import annotations

import os
import shutil
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_UNIX = 3
"""`create_system` of an entry whose attributes hold a Unix mode. Source: APPNOTE.TXT 4.4.2."""
_COPY_BYTES = 1024 * 1024


class UnsafeArtifactError(Exception):
    """The zip holds what no bundler of ours writes, or what does not fit the sandbox."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large an artifact may be when it is unpacked."""

    max_bytes: int
    max_files: int


def extract(archive: Path, folder: Path, bounds: Bounds) -> int:
    """Unpack `archive` into the new folder `folder`.

    Returns:
        Bytes of all files.

    Raises:
        UnsafeArtifactError: Nothing of the zip may be used; `folder` may hold a part of it.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = _checked(opened.infolist(), bounds)
            folder.mkdir(parents=True)
            return _write_all(opened, entries, folder, bounds)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, UnicodeError) as error:
        raise UnsafeArtifactError(f"not a zip that can be read: {error}") from error


def _checked(entries: list[zipfile.ZipInfo], bounds: Bounds) -> list[tuple[zipfile.ZipInfo, PurePosixPath]]:
    if len(entries) > bounds.max_files:
        raise UnsafeArtifactError(f"{len(entries)} files; the limit is {bounds.max_files}")
    total = sum(entry.file_size for entry in entries)
    if total > bounds.max_bytes:
        raise UnsafeArtifactError(f"{total} bytes unpacked; the limit is {bounds.max_bytes}")
    checked = [(entry, _checked_path(entry)) for entry in entries]
    _refuse_collisions([path for _, path in checked])
    return checked


def _checked_path(entry: zipfile.ZipInfo) -> PurePosixPath:
    # `orig_filename` is what the archive says: zipfile cuts `filename` at a NUL and swaps separators.
    name = entry.orig_filename
    shown = repr(name)
    path = PurePosixPath(name)
    if name.startswith("/") or path.is_absolute() or (len(name) > 1 and name[1] == ":"):
        raise UnsafeArtifactError(f"the absolute path {shown}")
    if "\\" in name or any(ord(character) < 32 for character in name):
        raise UnsafeArtifactError(f"the path {shown}, which has a backslash or a control character")
    if not path.parts or str(path) != name or ".." in path.parts:
        raise UnsafeArtifactError(f"the path {shown}, which is no plain path of a file")
    mode = entry.external_attr >> 16 if entry.create_system == _UNIX else 0
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        raise UnsafeArtifactError(f"{shown}, which is a link or a device")
    if entry.flag_bits & 1:
        raise UnsafeArtifactError(f"{shown}, which is encrypted")
    return path


def _refuse_collisions(paths: list[PurePosixPath]) -> None:
    """Refuse two entries that are one file where case does not count, and a file that is another one's folder."""
    files: dict[str, PurePosixPath] = {}
    for path in paths:
        other = files.setdefault(str(path).casefold(), path)
        if other is not path:
            raise UnsafeArtifactError(f"both {str(other)!r} and {str(path)!r}: the same name twice")
    for path in paths:
        for parent in path.parents:
            if str(parent).casefold() in files:
                raise UnsafeArtifactError(f"{str(parent)!r} both as a file and as a folder")


def _write_all(
    opened: zipfile.ZipFile, entries: list[tuple[zipfile.ZipInfo, PurePosixPath]], folder: Path, bounds: Bounds
) -> int:
    total = 0
    made: set[PurePosixPath] = set()
    for entry, path in entries:
        if path.parent not in made:
            (folder / path.parent).mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        target = folder / path
        with opened.open(entry) as source, target.open("xb") as sink:
            shutil.copyfileobj(source, sink, _COPY_BYTES)
            written = sink.tell()
        total += written
        # The directory of a zip can lie about sizes: what was written counts.
        if total > bounds.max_bytes:
            raise UnsafeArtifactError(f"more than {bounds.max_bytes} bytes unpacked, which its directory conceals")
        if entry.create_system == _UNIX and (entry.external_attr >> 16) & stat.S_IXUSR:
            target.chmod(0o755)
        moment = _time_of(entry)
        os.utime(target, (moment, moment))
    return total


def _time_of(entry: zipfile.ZipInfo) -> int:
    """One fixed moment: bytecode caches compare the source's time, which must not depend on when it was unpacked."""
    return (entry.date_time[0] - 1970) * 31_557_600
