"""Tasks that are shell scripts. They can be imported, and say what to do instead when they are used."""

from __future__ import annotations

from flyte._unsupported import refused_module

_NAMES = (
    "FlagSpec",
    "Glob",
    "Stderr",
    "Stdout",
    "create",
)

__getattr__, __dir__ = refused_module(
    __name__, _NAMES, "shell tasks run in a container, and Lambda runs Python; call subprocess.run in a Python task"
)
