"""Refuses names that the backend cannot know, in words and before it is asked."""

from __future__ import annotations

import re
from typing import Literal

from flyte.errors import RuntimeUserError
from flyte.protocol import limits

Named = Literal["run", "action", "project", "domain", "task", "version", "trigger"]

_BEGINNING = "the first of them a letter or digit"
_SCOPE = (limits.SCOPE_PATTERN, "up to 63 small letters, digits and '-', neither the first nor the last of them '-'")
_RULES: dict[Named, tuple[str, str]] = {
    "run": (limits.RUN_NAME_PATTERN, f"up to 40 letters, digits, '.', '_' and '-', {_BEGINNING}"),
    "action": (
        rf"[A-Za-z0-9._-]{{1,{limits.ACTION_NAME_MAX_CHARS}}}",
        f"up to {limits.ACTION_NAME_MAX_CHARS} letters, digits, '.', '_' and '-'",
    ),
    "project": _SCOPE,
    "domain": _SCOPE,
    "task": ("[^/]+", "the environment's name, a dot and the function's"),
    "version": (limits.VERSION_PATTERN, f"up to 128 letters, digits, '.', '_', '+' and '-', {_BEGINNING}"),
    "trigger": (limits.TRIGGER_NAME_PATTERN, f"up to 100 letters, digits, '.', '_' and '-', {_BEGINNING}"),
}


def checked(named: Named, name: str) -> str:
    """The name as it is.

    Raises:
        RuntimeUserError: It is none; the message tells what a name is made of.
    """
    pattern, rule = _RULES[named]
    if re.fullmatch(pattern, name) is None:
        raise RuntimeUserError("BadRequest", f"{name!r} cannot be the {named}'s name: that is {rule}")
    return name
