"""Checkpoints: what one attempt saves, the next one loads.

A checkpoint is a file or folder under the action's own place, local or on S3. Saving replaces what was there.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_SINGLE = "checkpoint"
"""The name under which bytes or a single file are kept."""


class BaseCheckpoint(ABC):
    """What a task sees of its checkpoint."""

    @property
    @abstractmethod
    def path(self) -> Path:
        """A local folder for its files."""

    @abstractmethod
    def prev_exists(self) -> bool:
        """Whether an earlier attempt saved anything."""

    @abstractmethod
    def load_sync(self) -> Path | None:
        """The previous checkpoint as a local file or folder; None if there is none."""

    @abstractmethod
    def save_sync(self, data: Path | str | bytes) -> None:
        """Saves bytes, a file, or a whole folder."""

    async def load(self) -> Path | None:
        """See `load_sync`."""
        return await asyncio.to_thread(self.load_sync)

    async def save(self, data: Path | str | bytes) -> None:
        """See `save_sync`."""
        await asyncio.to_thread(self.save_sync, data)


class Checkpoint(BaseCheckpoint):
    """The checkpoint of one action.

    Args:
        checkpoint_dest: Where it is saved: a path, or an `s3://` prefix.
        checkpoint_src: Where the previous attempt's lies; usually the same.
    """

    def __init__(self, checkpoint_dest: str, checkpoint_src: str | None = None) -> None:
        self._destination = checkpoint_dest
        self._source = checkpoint_src or checkpoint_dest
        self._loaded: Path | None = None
        self._folder: Path | None = None

    @property
    def remote_destination(self) -> str:
        """Where it is saved."""
        return self._destination

    @property
    def remote_source(self) -> str:
        """Where the previous one lies."""
        return self._source

    @property
    def path(self) -> Path:
        """A local folder for its files: what was loaded lies there; empty before that."""
        if self._loaded is not None:
            return self._loaded if self._loaded.is_dir() else self._loaded.parent
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="flyte-checkpoint-"))
        return self._folder

    def prev_exists(self) -> bool:
        """Whether an earlier attempt saved anything."""
        return self.load_sync() is not None

    def load_sync(self) -> Path | None:
        """The previous checkpoint as a local file or folder; None if there is none."""
        if self._loaded is None:
            self._loaded = _store_of(self._source).fetch()
        return self._loaded

    def save_sync(self, data: Path | str | bytes) -> None:
        """Saves bytes, a file, or a whole folder.

        Raises:
            FileNotFoundError: The path does not exist.
        """
        if isinstance(data, bytes | bytearray):
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / _SINGLE
                file.write_bytes(data)
                _store_of(self._destination).put(file)
            return
        source = Path(data)
        if not source.exists():
            raise FileNotFoundError(f"checkpoint: {source} does not exist")
        _store_of(self._destination).put(source)


class _LocalStore:
    """A folder that holds one file or one folder, replaced as a whole."""

    def __init__(self, place: str) -> None:
        self._place = Path(place)

    def fetch(self) -> Path | None:
        if not self._place.exists():
            return None
        copy = Path(tempfile.mkdtemp(prefix="flyte-checkpoint-")) / self._place.name
        (shutil.copytree if self._place.is_dir() else shutil.copy2)(self._place, copy)
        return copy

    def put(self, source: Path) -> None:
        self._place.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".checkpoint-", dir=self._place.parent)) / "new"
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, fresh)
        if self._place.is_dir():
            shutil.rmtree(self._place)
        fresh.replace(self._place)
        fresh.parent.rmdir()


def _store_of(place: str) -> Any:
    if place.startswith("s3://"):
        from .io._s3 import S3Checkpoint

        return S3Checkpoint(place)
    return _LocalStore(place)


def latest_checkpoint(
    root: Path, glob_pattern: str = "**/last.ckpt", *, key: Callable[[Path], Any] | None = None
) -> Path | None:
    """The newest file below `root` that matches, by modification time or by `key`."""
    found = [path for path in Path(root).glob(glob_pattern) if path.is_file()]
    return max(found, key=key or (lambda path: path.stat().st_mtime), default=None)
