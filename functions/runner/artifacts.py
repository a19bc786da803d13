"""The sandbox's artifacts: each fetched once, verified, unpacked aside and renamed into place by its digest."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from flyte.protocol import limits
from flyte.protocol.tasks import ArtifactKind, ArtifactRef
from functions.runner.extraction import Bounds, UnsafeArtifactError, extract

_BOUNDS = {
    ArtifactKind.CODE: Bounds(limits.CODE_ARTIFACT_UNPACKED_BYTES, limits.CODE_ARTIFACT_FILES),
    ArtifactKind.DEPENDENCIES: Bounds(limits.DEPENDENCY_ARTIFACT_UNPACKED_BYTES, limits.CODE_ARTIFACT_FILES),
}
_READ_BYTES = 1024 * 1024


class ArtifactError(Exception):
    """An artifact cannot be used. `retriable` says whether another sandbox may have more luck."""

    def __init__(self, message: str, *, retriable: bool) -> None:
        super().__init__(message)
        self.retriable = retriable


class ArtifactSource(Protocol):
    """Where artifacts come from."""

    def fetch(self, key: str, target: Path) -> None:
        """Write the zip at `key` to `target`.

        Raises:
            FileNotFoundError: There is none.
        """


class ArtifactCache:
    """Unpacked artifacts below one folder.

    Args:
        root: The folder, which belongs to this cache alone.
        source: Where zips come from.
        budget_bytes: What all unpacked artifacts may take; the least recently used go first.
        now_s: A monotonic clock.
    """

    def __init__(
        self, root: Path, source: ArtifactSource, budget_bytes: int, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._root = root
        self._source = source
        self._budget_bytes = budget_bytes
        self._now_s = now_s
        self._sizes: dict[Path, int] = {}
        """Unpacked sizes by folder, least recently used first."""

    def folder(self, ref: ArtifactRef) -> Path:
        """Where the artifact is, or will be, unpacked."""
        return self._root / ref.kind.value / ref.sha256

    def ensure(self, ref: ArtifactRef, key: str | None) -> int | None:
        """Have the artifact unpacked in its folder.

        Args:
            ref: The artifact.
            key: Where the source has it.

        Returns:
            The milliseconds that it took, or None if it was there.

        Raises:
            ArtifactError: It is missing, altered, unsafe or too large.
        """
        folder = self.folder(ref)
        if folder in self._sizes and folder.is_dir():
            self._sizes[folder] = self._sizes.pop(folder)
            return None
        started_s = self._now_s()
        self._sizes[folder] = self._install(ref, key, folder)
        self._evict(keep=set(self._used_last()))
        return round((self._now_s() - started_s) * 1000)

    def _used_last(self) -> list[Path]:
        """The newest artifact of each kind: they may belong to the pair that is about to run."""
        newest = {folder.parent: folder for folder in self._sizes}
        return list(newest.values())

    def _install(self, ref: ArtifactRef, key: str | None, folder: Path) -> int:
        self._root.mkdir(parents=True, exist_ok=True)
        folder.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._root, prefix="new-") as aside:
            archive = Path(aside, "artifact.zip")
            self._fetch(ref, key, archive)
            try:
                size = extract(archive, Path(aside, "unpacked"), _BOUNDS[ref.kind])
            except UnsafeArtifactError as error:
                raise ArtifactError(f"the {_name(ref)} is refused: it holds {error}", retriable=False) from error
            except OSError as error:
                raise ArtifactError(
                    f"the {_name(ref)} cannot be unpacked in the sandbox's temporary folder: {error}", retriable=True
                ) from error
            if folder.exists():  # a leftover that the cache does not know, so not to be trusted
                shutil.rmtree(folder)
            os.rename(Path(aside, "unpacked"), folder)  # noqa: PTH104 - atomic, within one file system
        return size

    def _fetch(self, ref: ArtifactRef, key: str | None, archive: Path) -> None:
        if key is None:
            raise _missing(ref)
        try:
            self._source.fetch(key, archive)
        except FileNotFoundError as error:
            raise _missing(ref) from error
        found = _sha256(archive)
        if found != ref.sha256:
            raise ArtifactError(
                f"the {_name(ref)} was altered after it was uploaded: its bytes have the digest {found}. "
                "Delete the object from the bucket, and run or deploy again to upload it anew.",
                retriable=False,
            )

    def _evict(self, keep: set[Path]) -> None:
        for folder in list(self._sizes):
            if sum(self._sizes.values()) <= self._budget_bytes:
                return
            if folder not in keep:
                shutil.rmtree(folder, ignore_errors=True)
                del self._sizes[folder]


def _missing(ref: ArtifactRef) -> ArtifactError:
    return ArtifactError(
        f"the {_name(ref)} is not in the bucket. Code of ephemeral runs is kept for 30 days only: "
        "run the task from its source again, or deploy it.",
        retriable=False,
    )


def _name(ref: ArtifactRef) -> str:
    return f"{ref.kind.value} artifact {ref.sha256}"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as opened:
        while chunk := opened.read(_READ_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
