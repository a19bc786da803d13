"""Where the devbox keeps what it has: all of it below `$FLYTE_HOME`, by default `~/.flyte`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flyte._home import flyte_home

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class DevboxHome:
    """The devbox's files."""

    root: Path

    @classmethod
    def find(cls) -> DevboxHome:
        """The one of `$FLYTE_HOME`."""
        return cls(flyte_home() / "devbox")

    @property
    def cache(self) -> Path:
        """Packages and dependencies; outlives the devbox."""
        return self.root.parent / "cache"

    @property
    def venv(self) -> Path:
        """The virtual environment that ministack runs in."""
        return self.root / "venv"

    @property
    def state(self) -> Path:
        """What ministack knows: tables, executions, functions; written when it stops."""
        return self.root / "state"

    @property
    def s3(self) -> Path:
        """The objects of all buckets."""
        return self.root / "s3"

    @property
    def tmp(self) -> Path:
        """Ministack's temporary folder: emptied at every start."""
        return self.root / "tmp"

    @property
    def log(self) -> Path:
        """What ministack prints."""
        return self.root / "ministack.log"

    @property
    def server_lock(self) -> Path:
        """Locked by the running ministack for as long as it lives; holds its process id and port."""
        return self.root / "server.lock"

    @property
    def console_lock(self) -> Path:
        """Locked by the running console; holds its process id, its port and the endpoint that it shows."""
        return self.root / "console.lock"

    @property
    def console_log(self) -> Path:
        """What the console prints, which is what went wrong in it."""
        return self.root / "console.log"

    @property
    def operation_lock(self) -> Path:
        """Locked by whoever starts, stops or deletes. Beside the folder, which may be deleted meanwhile."""
        return self.root.parent / "devbox.lock"

    @property
    def record(self) -> Path:
        """What the next start has to know of the last one."""
        return self.root / "devbox.json"
