"""What was resolved and zipped before, below `$FLYTE_HOME/cache/dependencies`; all of it can be made again.

`lock-{key}.json` is what came of a recipe's packages on a target, `artifact-{key}.json` what was made of a lock and
source layers, `{sha256}.zip` the artifact itself.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, Literal

from flyte._home import flyte_home

KEPT_ZIPS = 12
"""The zips used last: they are large, and can be made again from their locks."""


class Cache:
    """Records and zips in one folder. Safe to share: all that is in it is whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.folder.mkdir(parents=True, exist_ok=True)

    @classmethod
    def of_user(cls) -> Cache:
        """The one of `$FLYTE_HOME`."""
        return cls(flyte_home() / "cache" / "dependencies")

    def zip(self, sha256: str) -> Path:
        """Where the artifact of that digest is, or would be."""
        return self.folder / f"{sha256}.zip"

    def read(self, kind: Literal["lock", "artifact"], key: str) -> dict[str, Any] | None:
        """A record; None where there is none that can be read."""
        try:
            known: dict[str, Any] = json.loads(self._record(kind, key).read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return known

    def write(self, kind: Literal["lock", "artifact"], key: str, content: dict[str, Any]) -> None:
        """Keeps a record: written aside, then renamed."""
        with tempfile.NamedTemporaryFile("w", dir=self.folder, prefix=".record-", delete=False) as aside:
            json.dump(content, aside)
        Path(aside.name).replace(self._record(kind, key))

    def forget_old(self, in_use: int) -> None:
        """Removes zips that were not used for long.

        Args:
            in_use: How many of those used last are about to be used.
        """
        zips = sorted(self.folder.glob("*.zip"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in zips[max(KEPT_ZIPS, in_use) :]:
            path.unlink(missing_ok=True)

    def _record(self, kind: str, key: str) -> Path:
        return self.folder / f"{kind}-{key}.json"
