"""One unpacked copy of a function's zip for all its sandboxes: ministack unpacks, and Python compiles, for each anew.

On Lambda the code is read-only and shared, too.
"""

from __future__ import annotations

import hashlib
import tempfile
import types
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ministack.core import lambda_runtime  # type: ignore[import-not-found]

if TYPE_CHECKING:
    import os


class SharedZip(zipfile.ZipFile):
    """A zip that is unpacked once, whatever is asked; further folders are links to the first."""

    def extractall(self, path: str | os.PathLike[str] | None = None, *args: Any, **options: Any) -> None:
        """Make `path`, an empty folder, a link to the unpacked content."""
        if path is None or self.filename is None:
            raise ValueError("a shared zip is a file that is unpacked to a folder")
        content = hashlib.sha256(Path(self.filename).read_bytes()).hexdigest()
        shared = Path(tempfile.gettempdir(), f"code-{content[:32]}")
        if not shared.exists():
            aside = tempfile.mkdtemp(prefix=".code-", dir=shared.parent)
            super().extractall(aside, *args, **options)
            try:
                Path(aside).rename(shared)
            except OSError:
                if not shared.exists():
                    raise
        Path(path).rmdir()
        Path(path).symlink_to(shared)


def install() -> None:
    """Let ministack's sandboxes use it, and nothing else."""
    lambda_runtime.zipfile = types.SimpleNamespace(**{**vars(zipfile), "ZipFile": SharedZip})
