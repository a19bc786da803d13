"""The virtual environment that ministack runs in, of the client's own Python version.

The functions run in it too, so it is bare, as Lambda's own runtime is: ministack, boto3 and what these need.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from typing import TYPE_CHECKING

from flyte_cli.backend.package import LOCKED, PackageError, Progress, run_uv

from .errors import DevboxError

if TYPE_CHECKING:
    from pathlib import Path

    from .home import DevboxHome

_MARKER = "complete"
"""Written last, with what the environment was made of: without it, the environment is half made."""


def ensure(home: DevboxHome, lock: Path, progress: Progress) -> Path:
    """The environment's Python; made, or made anew, where it is missing, half made or of another version.

    Raises:
        DevboxError: If it cannot be made.
    """
    python = home.venv / "bin/python"
    marker = home.venv / _MARKER
    wanted = _fingerprint(lock)
    if python.exists() and marker.is_file() and marker.read_text() == wanted:
        return python
    shutil.rmtree(home.venv, ignore_errors=True)
    progress("Downloading ministack, the devbox's AWS")
    try:
        run_uv(["venv", str(home.venv), "--python", sys.executable], cwd=home.root, purpose="make the environment")
        run_uv(
            ["pip", "install", "--python", str(python), *LOCKED, str(lock)],
            cwd=home.root,
            purpose="install ministack",
        )
    except PackageError as error:
        raise DevboxError(str(error)) from error
    aside = home.venv / f".{_MARKER}"
    aside.write_text(wanted)
    aside.rename(marker)
    return python


def _fingerprint(lock: Path) -> str:
    interpreter = os.path.realpath(sys.executable)
    return hashlib.sha256(f"{sys.version}\0{interpreter}\0{lock.read_text()}".encode()).hexdigest()
