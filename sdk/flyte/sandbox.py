"""Code that runs in a container of its own. It can be imported, and says what to do instead when it is used."""

from __future__ import annotations

from flyte._unsupported import refused_module

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

__getattr__, __dir__ = refused_module(
    __name__, _NAMES, "sandboxed code runs in a container, and Lambda runs Python; run what you trust in a Python task"
)
