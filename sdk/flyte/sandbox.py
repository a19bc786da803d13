"""Code that runs in a container of its own. It can be imported, and says what to do instead when it is used."""

from __future__ import annotations

from flyte._unsupported import refusing

_NAMES = (
    "CodeTaskTemplate",
    "ImageConfig",
    "SandboxedConfig",
    "SandboxedTaskTemplate",
    "create",
    "orchestrate_local",
    "orchestrator_from_str",
    "sandbox_environment",
)

__getattr__ = refusing(
    __name__, _NAMES, "sandboxed code runs in a container, and Lambda runs Python; run what you trust in a Python task"
)


def __dir__() -> list[str]:
    return sorted(_NAMES)
