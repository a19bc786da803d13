"""Models streamed to GPUs. It can be imported, and says what to do instead when it is used."""

from __future__ import annotations

from flyte._unsupported import refused_module

_NAMES = (
    "LoadResult",
    "ModelStreamer",
    "empty_weights",
    "load_hf_model",
    "missing_parameters",
)

__getattr__, __dir__ = refused_module(
    __name__, _NAMES, "models are streamed to GPUs, which Lambda has none of; read them with flyte.io.File"
)
