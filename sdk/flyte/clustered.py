"""Groups of workers. They can be imported, and say what to do instead when they are used."""

from __future__ import annotations

from flyte._unsupported import refused_module

_NAMES = (
    "ClusterFailurePolicy",
    "ClusteredTaskEnvironment",
    "ClusteredTaskTemplate",
    "JaxRun",
    "TorchRun",
    "jax_initialize",
)

__getattr__, __dir__ = refused_module(
    __name__,
    _NAMES,
    "each task on Lambda runs by itself, in no group of connected machines; split the work with flyte.map",
)
