"""The program of the matrix at hand, and what a command line must print for its rows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).parent / "program"
sys.path.append(str(PROGRAM))


def printed(value: Any) -> Any:
    """A value as `-of json` shows it."""
    from flyte.remote._io import ActionOutputs

    return ActionOutputs((value, value)).to_dict()
