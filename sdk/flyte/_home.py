"""The folder for everything that this package keeps on a user's machine."""

from __future__ import annotations

import os
from pathlib import Path


def flyte_home() -> Path:
    """`$FLYTE_HOME`, or `~/.flyte`."""
    return Path(os.environ.get("FLYTE_HOME") or "~/.flyte").expanduser().absolute()
