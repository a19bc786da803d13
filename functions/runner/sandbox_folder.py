"""The supervisor's own folder in the sandbox's temporary storage."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_PREFIX = "flyte-runner-"


def sandbox_folder(temporary: Path) -> Path:
    """A new folder for this process.

    Those of supervisors that are gone are removed: the storage outlives a process that died, and on a developer's
    machine several sandboxes share it.
    """
    own = temporary / f"{_PREFIX}{os.getpid()}"
    for folder in temporary.glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX)
        if folder == own or (owner.isdigit() and not _is_alive(int(owner))):
            shutil.rmtree(folder, ignore_errors=True)
    own.mkdir(parents=True)
    return own


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
