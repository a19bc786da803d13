"""What a program is told that looks for its secrets where Flyte mounts them, which Lambda has no such place for."""

from __future__ import annotations

import os
from pathlib import Path

from flyte._secret import MOUNT

PATH_VARIABLE = "FLYTE_SECRETS_PATH"
"""Tells a task where its secrets are that come as files: Flyte's place for them cannot be written to in Lambda."""


def hint_at_secrets(error: BaseException) -> None:
    """Notes on each error among `error` and what caused it that is of a file below `/etc/flyte/secrets`."""
    _visit(error, set())


def _visit(error: BaseException, seen: set[int]) -> None:
    if id(error) in seen:
        return
    seen.add(id(error))
    if isinstance(error, OSError) and _is_mounted(error.filename) and (hint := _hint()) not in _notes(error):
        error.add_note(hint)
    group = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    for linked in (error.__cause__, error.__context__, *group):
        if linked is not None:
            _visit(linked, seen)


def _is_mounted(filename: object) -> bool:
    return isinstance(filename, str | bytes | os.PathLike) and Path(os.fsdecode(filename)).is_relative_to(MOUNT)


def _notes(error: BaseException) -> list[str]:
    return getattr(error, "__notes__", [])


def _hint() -> str:
    if folder := os.environ.get(PATH_VARIABLE):
        return (
            f"Secrets are not at {MOUNT} here: this task's lie below the folder that {PATH_VARIABLE} names, {folder}."
        )
    return (
        f"Secrets are not at {MOUNT} here: they come as environment variables, "
        f"and those with mount=Path('{MOUNT}') as files below the folder that {PATH_VARIABLE} names."
    )
