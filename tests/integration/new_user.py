"""A new user at a terminal: a folder, and the commands `flyte` and `python` in it, as processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FLYTE = str(Path(sys.executable).with_name("flyte"))
_SETTINGS = ("AWS_", "FLYTE", "UCTL_", "PYTHON", "COV_")
"""Beginnings of the variables that would tell a command more than a new user has told it."""


@dataclass(frozen=True)
class Ended:
    """What a command has left when it ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.stdout)


@dataclass(frozen=True)
class User:
    """Someone with a folder, who has a home folder of their own there and no AWS account.

    Attributes:
        folder: Where commands are run.
        settings: Environment variables of theirs.
    """

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, source: str) -> Path:
        """Write a file of the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
        return path

    def flyte(self, *args: str, **settings: str) -> Ended:
        """Run `flyte` to its end."""
        return self._run([FLYTE, *args], settings)

    def python(self, *args: str) -> Ended:
        """Run `python` to its end."""
        return self._run([sys.executable, *args], {})

    def start_flyte(self, *args: str) -> subprocess.Popen[str]:
        """Start `flyte`, and leave it running."""
        return subprocess.Popen(
            [FLYTE, *args],
            cwd=self.folder,
            env=self.environment({}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *args: str) -> dict[str, Any]:
        """`flyte run …` as JSON: the run, its phase, and its outputs or error."""
        document: dict[str, Any] = self.flyte("-of", "json", "run", *args).document
        return document

    def _run(self, command: list[str], settings: dict[str, str]) -> Ended:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment(settings),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=120,
        )
        # Strictly: whatever a task prints, what reaches the terminal is text.
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    def environment(self, settings: dict[str, str]) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
        nobody = {"HOME": str(self.folder), "AWS_EC2_METADATA_DISABLED": "true"}
        return {**plain, **nobody, **self.settings, **settings}


def unused(prefix: str) -> str:
    """A name that no other test of this session has, also none of another worker."""
    return f"{prefix}_{uuid.uuid4().hex[:8]}"
