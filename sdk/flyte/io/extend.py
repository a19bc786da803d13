"""Other kinds of frames. It can be imported, and says what to do instead when it is used."""

from __future__ import annotations

from flyte._unsupported import refused_module

_NAMES = (
    "DataFrameDecoder",
    "DataFrameEncoder",
    "DataFrameTransformerEngine",
)

__getattr__, __dir__ = refused_module(
    __name__,
    _NAMES,
    "frames are pandas', polars' and pyarrow's here; describe another kind by the entry point flyte.plugins.types",
)
