"""Runs uv, and says its refusals in terms of images."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_WITHOUT_WHEEL = re.compile(
    r"(?<![\w.-])([A-Za-z0-9][\w.-]*)(?:[<>=!~]\S*)? ha(?:s|ve) no (?:usable wheels|wheels with a matching)"
)
_NO_SOLUTION = 1
"""uv's exit code when it is sure that there is no solution; others mean that it could not find out."""


class UvError(Exception):
    """uv failed."""

    def __init__(self, returncode: int, words: str) -> None:
        super().__init__(words)
        self.returncode = returncode
        self.words = words

    @property
    def is_no_solution(self) -> bool:
        """Whether requirements contradict each other, or what is there."""
        return self.returncode == _NO_SOLUTION

    @property
    def is_of_the_network(self) -> bool:
        """Whether an index could not be asked."""
        return "Failed to fetch" in self.words or "error sending request" in self.words

    @property
    def package_without_wheel(self) -> str | None:
        """The package that there are no wheels of for the platform, if that is why."""
        found = _WITHOUT_WHEEL.search(" ".join(self.words.split()))
        return found[1] if found else None


class Uv(Protocol):
    """What of uv is needed here."""

    def __call__(self, arguments: Sequence[str], cwd: Path, /) -> str:
        """Runs uv in a folder, and gives what it prints.

        Raises:
            UvError: it failed.
        """


def run_uv(arguments: Sequence[str], cwd: Path) -> str:
    """Runs the uv that is installed with us. `Uv` says the rest."""
    import uv

    command = [uv.find_uv_bin(), *arguments, "--quiet", "--no-progress", "--no-python-downloads", "--color=never"]
    done = subprocess.run(  # noqa: S603 - our own program
        command, cwd=cwd, env=_environment(), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise UvError(done.returncode, done.stderr.strip())
    return done.stdout


def _environment() -> dict[str, str]:
    """The caller's, indexes and proxies included, without the virtual environment that it is in."""
    return {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}
