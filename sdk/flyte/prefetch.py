"""Models that are fetched ahead. It can be imported, and says what to do instead when it is used."""

from __future__ import annotations

from flyte._unsupported import refused_module

_NAMES = (
    "HuggingFaceModelInfo",
    "ShardConfig",
    "StoredModelInfo",
    "VLLMShardArgs",
    "hf_model",
)

__getattr__, __dir__ = refused_module(
    __name__,
    _NAMES,
    "models are fetched ahead for servers with GPUs, which Lambda has none of; fetch them in a task, as flyte.io.Dir",
)
