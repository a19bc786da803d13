"""Remembers digests of bundles, so that one whose files are as they were need not be read again.

An entry is named by all that the system tells of the files. It is a hint, never the truth: where the artifact is
written, its digest is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flyte._home import flyte_home
from flyte.errors import CodeBundleError

from ._zip import BundleBytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ._zip import Entry

KEPT = 200
RACY_NS = 2_000_000_000
"""A file that was changed less than this before it was looked at may change again with the same time: clocks of file
systems go in steps of up to 2 s (FAT), so nothing is remembered of it."""
FORMAT = "1"


@dataclass(frozen=True, slots=True)
class Standing:
    """How files stood at one moment: what names their bundle's digest, and how large they are."""

    key: str
    sizes: dict[str, int]
    is_settled: bool
    """Whether they will tell of any later change."""


def standing_of(files: Iterable[Entry]) -> Standing:
    """Looks at files, without reading them.

    Raises:
        CodeBundleError: one is gone, or cannot be looked at.
    """
    now_ns = time.time_ns()
    digest = hashlib.sha256(FORMAT.encode())
    sizes: dict[str, int] = {}
    newest_ns = 0
    for file in files:
        if isinstance(file, BundleBytes):
            sizes[file.name] = len(file.content)
            told = hashlib.sha256(file.content).hexdigest()
        else:
            try:
                status = os.stat(file.path)  # noqa: PTH116 - thousands of times
            except OSError as error:
                raise CodeBundleError(f"{file.path} cannot be read: {error.strerror or error}; try again") from error
            sizes[file.name] = status.st_size
            newest_ns = max(newest_ns, status.st_mtime_ns, status.st_ctime_ns)
            # The time of change of its inode (ctime) also tells of files whose own time was set back.
            told = f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino} {status.st_dev}"
            told += " x" if file.executable else ""
        digest.update(f"{file.name}\0{told}\0".encode())
    return Standing(digest.hexdigest(), sizes, newest_ns < now_ns - RACY_NS)


class DigestCache:
    """Digests in a folder, one small file each.

    Args:
        folder: The folder; made when something is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of_user(cls) -> DigestCache:
        """The cache of this user."""
        return cls(flyte_home() / "cache" / "bundles")

    def get(self, key: str) -> tuple[str, int] | None:
        """The digest and the size of the bundle with that key, if they are known."""
        try:
            kept = json.loads((self._folder / key).read_bytes())
            return str(kept["sha256"]), int(kept["size_bytes"])
        except (OSError, ValueError, KeyError, TypeError):
            return None  # nothing was kept, or not by us

    def put(self, key: str, sha256: str, size_bytes: int) -> None:
        """Keeps them. Where that is not possible, they are made anew each time."""
        text = json.dumps({"sha256": sha256, "size_bytes": size_bytes})
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=self._folder, prefix=".new-", delete=False) as out:
                out.write(text)
            os.replace(out.name, self._folder / key)  # noqa: PTH105 - a name, not a path
            self._forget_old()
        except OSError:
            return

    def forget(self, key: str) -> None:
        """Forgets what turned out to be wrong."""
        (self._folder / key).unlink(missing_ok=True)

    def _forget_old(self) -> None:
        kept = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        for path in kept[:-KEPT]:
            path.unlink(missing_ok=True)
