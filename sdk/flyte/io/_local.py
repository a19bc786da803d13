"""Files of this machine as a store."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ._paths import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._store import Kind, Transfer


class LocalStore:
    """Files and folders by their paths. Symbolic links count as what they lead to."""

    def kind(self, path: str) -> Kind | None:
        local = Path(plain(path))
        return "file" if local.is_file() else "folder" if local.is_dir() else None

    @contextlib.contextmanager
    def open_read(self, path: str) -> Iterator[BinaryIO]:
        with existing_file(path).open("rb") as file:
            yield file

    @contextlib.contextmanager
    def open_write(self, path: str) -> Iterator[BinaryIO]:
        target = Path(plain(path)).resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        # Beside the target, so that it is renamed and not copied; a reader never sees half of it.
        unfinished = target.with_name(f".{target.name[:200]}.{os.urandom(4).hex()}.part")
        try:
            with unfinished.open("xb") as file:
                yield file
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)

    def files(self, folder: str) -> Iterator[str]:
        root = existing_folder(folder)
        for path in walked(root):
            if not path.is_dir():
                yield path.relative_to(root).as_posix()

    def download(self, path: str, target: Path, transfer: Transfer) -> None:  # noqa: ARG002 - the disk needs no tuning
        copied(Path(plain(path)), target)

    def upload(self, source: Path, path: str, transfer: Transfer) -> None:  # noqa: ARG002 - the disk needs no tuning
        copied(source, Path(plain(path)))


def existing_file(path: str | Path) -> Path:
    """The path of a file that is there.

    Raises:
        FileNotFoundError: Nothing is there.
        IsADirectoryError: A folder is there.
    """
    local = Path(plain(path))
    if local.is_dir():
        raise IsADirectoryError(f"{local} is a folder, not a file: use flyte.io.Dir for it")
    if not local.exists():
        raise missing(local)
    return local


def existing_folder(path: str | Path) -> Path:
    """The path of a folder that is there.

    Raises:
        FileNotFoundError: Nothing is there.
        NotADirectoryError: A file is there.
    """
    local = Path(plain(path))
    if local.is_file():
        raise NotADirectoryError(f"{local} is a file, not a folder: use flyte.io.File for it")
    if not local.exists():
        raise missing(local)
    return local


def missing(path: Path) -> FileNotFoundError:
    """The error for a path that leads nowhere. It tells the last folder that is there."""
    if path.is_symlink():
        return FileNotFoundError(f"{path} is a symbolic link to {path.readlink()}, which does not exist")
    there = next((parent for parent in path.absolute().parents if parent.exists()), None)
    seen = "" if there is None or there == path.absolute().parent else f"; only {there} does"
    return FileNotFoundError(f"{path} does not exist{seen}")


def walked(root: Path) -> Iterator[Path]:
    """Every file below, and every folder that is empty, in order. Links are followed, but never in a circle.

    Raises:
        FileNotFoundError: A symbolic link leads nowhere.
    """
    yield from _walked(root, frozenset({root.resolve()}))


def _walked(folder: Path, above: frozenset[Path]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if not path.is_dir():
            if not path.exists():
                raise missing(path)
            yield path
            continue
        real = path.resolve()
        if real in above:
            continue
        below = iter(_walked(path, above | {real}))
        first = next(below, None)
        if first is None:
            yield path
            continue
        yield first
        yield from below


def copied(source: Path, target: Path) -> None:
    """Copies a file, or all of a folder, to a path that may be there already."""
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        for path in walked(source):
            copy = target / path.relative_to(source)
            if path.is_dir():
                copy.mkdir(parents=True, exist_ok=True)
            else:
                copied(path, copy)
        return
    existing_file(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not (target.exists() and target.samefile(source)):
        shutil.copyfile(source, target)
