"""Groups of workers. They can be imported, and say what to do instead when they are used."""

from __future__ import annotations

from flyte._unsupported import refusing

_NAMES = (
    "ClusterFailurePolicy",
    "ClusteredTaskEnvironment",
    "ClusteredTaskTemplate",
    "JaxRun",
    "TorchRun",
    "jax_initialize",
)

__getattr__ = refusing(
    __name__,
    _NAMES,
    "each task on Lambda runs by itself, in no group of connected machines; split the work with flyte.map",
)


def __dir__() -> list[str]:
    return sorted(_NAMES)
