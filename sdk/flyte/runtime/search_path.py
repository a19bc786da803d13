"""Where a task's modules are found: by the task itself, and by the Pythons that it starts."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_VARIABLE = "PYTHONPATH"


def extend(folders: Iterable[str]) -> None:
    """Adds folders to the search path, and the whole of it to the environment.

    Args:
        folders: Relative to the working directory. Those that are there already are passed over.
    """
    for folder in folders:
        absolute = str(Path(folder).absolute())
        if absolute not in sys.path:
            sys.path.append(absolute)
    ours = [entry for entry in sys.path if not entry.startswith((f"{sys.base_prefix}/", f"{sys.prefix}/"))]
    theirs = os.environ.get(_VARIABLE, "").split(os.pathsep)
    os.environ[_VARIABLE] = os.pathsep.join(dict.fromkeys(filter(None, [*ours, *theirs])))
