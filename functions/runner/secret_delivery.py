"""The form in which a task receives its secrets: environment variables and files. Their text is never printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flyte.protocol.tasks import SecretRef
from flyte.runtime.secret_hint import PATH_VARIABLE


class SecretUseError(Exception):
    """A value does not fit the way in which the task wants it."""


@dataclass(frozen=True, slots=True)
class SecretBundle:
    """What a worker gets. Equal bundles have equal values: another value is another program."""

    environ: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    files: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    """Content by path below the folder of secrets."""

    def place(self, folder: Path) -> dict[str, str]:
        """Write the files below `folder`, for this user alone.

        Returns:
            The environment variables that the task is to have.
        """
        if self.files:
            folder.mkdir(mode=0o700)
        for name, content in self.files:
            path = folder / name
            path.parent.mkdir(mode=0o700, exist_ok=True)
            path.touch(mode=0o600)
            path.write_bytes(content)
        return {**dict(self.environ), **({PATH_VARIABLE: str(folder)} if self.files else {})}


def bundle(values: Mapping[SecretRef, str | bytes]) -> SecretBundle:
    """The bundle of these secrets, each as its reference asks for.

    Raises:
        SecretUseError: Bytes that are no text are wanted as an environment variable.
    """
    mounted = {ref: value for ref, value in values.items() if ref.mount is not None}
    environ = {_variable(ref): _text(ref, value) for ref, value in values.items() if ref not in mounted}
    files = {_name(ref): value if isinstance(value, bytes) else value.encode() for ref, value in mounted.items()}
    return SecretBundle(tuple(sorted(environ.items())), tuple(sorted(files.items())))


def _variable(ref: SecretRef) -> str:
    return ref.env_var or re.sub(r"[^A-Za-z0-9]", "_", _name(ref)).upper()


def _name(ref: SecretRef) -> str:
    return f"{ref.group}/{ref.key}" if ref.group else ref.key


def _text(ref: SecretRef, value: str | bytes) -> str:
    try:
        text = value if isinstance(value, str) else value.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise SecretUseError(
            f"the secret {_name(ref)!r} holds bytes that are no text, which an environment variable cannot hold. "
            f"Receive it as a file: flyte.Secret({ref.key!r}, mount=Path('/etc/flyte/secrets'))"
        )
    return text
