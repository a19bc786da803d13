"""Secrets that a task receives in its environment."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

MOUNT = Path("/etc/flyte/secrets")
"""The one place where secrets may be mounted. Source: Flyte 2.12."""


@dataclass(unsafe_hash=True)  # by value, as of one that nobody changes once it is made
class Secret:
    """A secret by name; its value is read where the task runs.

    Args:
        key: Its name.
        group: A prefix of its name.
        mount: `/etc/flyte/secrets`, to receive it as a file.
        as_env_var: The variable that receives it; by default `[GROUP_]KEY` in upper case, with `_` for `-`.
    """

    key: str
    group: str | None = None
    mount: Path | None = None
    as_env_var: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.key, str) or not self.key:
            raise ValueError("a secret needs a key")
        if self.mount is not None:
            if Path(self.mount) != MOUNT:
                raise ValueError(f"mount={self.mount}: secrets are mounted at {MOUNT} only")
            self.mount = MOUNT
            return
        if self.as_env_var is None:
            whole = f"{self.group}_{self.key}" if self.group else self.key
            self.as_env_var = re.sub(r"[-.]", "_", whole).upper()
        elif not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", self.as_env_var):
            raise ValueError(f"as_env_var={self.as_env_var!r} is no name of an environment variable")

    def stable_hash(self) -> str:
        """A digest that is the same on every machine."""
        text = "\n".join(str(part) for part in (self.key, self.group, self.mount, self.as_env_var))
        return hashlib.sha256(text.encode()).hexdigest()


SecretRequest = str | Secret | list["str | Secret"]


def as_secrets(request: SecretRequest | None) -> tuple[Secret, ...]:
    """The secrets that `secrets=` stands for.

    Raises:
        TypeError: It is neither a name, a Secret, nor a list of them.
    """
    if request is None:
        return ()
    items = request if isinstance(request, list | tuple) else [request]
    made = []
    for item in items:
        if not isinstance(item, str | Secret):
            raise TypeError(f"secrets: {item!r} is neither a name nor a flyte.Secret")
        made.append(Secret(item) if isinstance(item, str) else item)
    return tuple(made)
