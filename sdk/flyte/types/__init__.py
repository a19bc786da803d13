"""Python values ⇄ JSON, driven by type hints. pydantic does the work; it loads when a hint first needs it."""

from __future__ import annotations

from .codec import Codec, ValueMismatch, codec_for
from .flyte_pickle import FlytePickle
from .interface import MISSING, NativeInterface

__all__ = ["MISSING", "Codec", "FlytePickle", "NativeInterface", "ValueMismatch", "codec_for"]
