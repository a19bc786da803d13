"""Python values ⇄ JSON, driven by type hints. pydantic does the work; it loads when a hint first needs it."""

from __future__ import annotations

from flyte._unsupported import refusing

from .codec import Codec, ValueMismatch, codec_for
from .flyte_pickle import FlytePickle
from .interface import MISSING, NativeInterface

TypeTransformerFailedError = ValueMismatch
"""Flyte's name for a value that is not of its hint's type."""

_REFUSED = ("Renderable", "TypeEngine", "TypeTransformer", "guess_interface", "literal_string_repr")
__getattr__ = refusing(
    __name__,
    _REFUSED,
    "types are pydantic's here: give a class __get_pydantic_core_schema__, or describe a package's types by the entry "
    "point flyte.plugins.types; any other class is pickled",
)

__all__ = [
    "MISSING",
    "Codec",
    "FlytePickle",
    "NativeInterface",
    "TypeTransformerFailedError",
    "ValueMismatch",
    "codec_for",
]
