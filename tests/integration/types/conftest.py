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


def as_known(hint: Any, guessed: Any) -> Any:
    """What a deployed task's result is to a program that has the hint, once it is passed on."""
    from flyte.types import codec_for
    from flyte.types.by_schema import encode_by_schema

    codec = codec_for(hint)
    return codec.decode(encode_by_schema(guessed, codec.schema()))
