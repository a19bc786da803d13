"""The code that an action ran: what is known of it, and a copy of it on this machine."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flyte.errors import CodeBundleError
from flyte.protocol.api import PresignedDownload

from ._http import get_client
from ._progress import watched
from ._records import action_path

if TYPE_CHECKING:
    from flyte.protocol.identity import ActionId
    from flyte.protocol.runs import ActionRecord

_BLOCK_BYTES = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class CodeBundle:
    """The code of an action.

    Attributes:
        computed_version: A version that depends on the code alone.
        destination: Where a task finds it: its working directory.
        tgz: The artifact's name in the bucket: `{sha256}.zip`; None of a pickled task.
        pkl: The same of a task that no file holds.
        downloaded_path: Where a copy of it is, if there is one.
        files: The names of its files, if they are known.
    """

    computed_version: str
    destination: str = "."
    tgz: str | None = None
    pkl: str | None = None
    downloaded_path: Path | None = None
    files: list[str] | None = None

    @classmethod
    def of(cls, record: ActionRecord) -> CodeBundle | None:
        """The code of the action with that record; None if the image holds it, or it is not known."""
        spec = record.spec
        if spec is None or spec.code is None:
            return None
        name = f"{spec.code.sha256}.zip"
        is_pickled = spec.loader.module is None
        return cls(
            computed_version=spec.code.sha256[:16],
            tgz=None if is_pickled else name,
            pkl=name if is_pickled else None,
        )


async def download_code(action_id: ActionId, dest: str | Path | None, *, extract: bool) -> Path:
    """A copy of an action's code.

    Args:
        action_id: The action.
        dest: The folder to put it into; a fresh temporary one if not given.
        extract: Whether its files are wanted, or the artifact as it is.

    Returns:
        The folder with its files, or the artifact.

    Raises:
        RuntimeUserError: `DataNotFound`: it has no code of its own, or it has expired.
        CodeBundleError: What came is not what the action ran.
    """
    found = await get_client().get(action_path(action_id, "code"), PresignedDownload)
    folder = Path(tempfile.mkdtemp(prefix="flyte-code-") if dest is None else dest)
    return await asyncio.to_thread(_fetch, found, folder, extract=extract)


def _fetch(found: PresignedDownload, folder: Path, *, extract: bool) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if not extract:
        archive = folder / found.path
        _save(found, archive)
        return archive
    with tempfile.TemporaryDirectory(prefix="flyte-code-") as aside:
        archive = Path(aside) / found.path
        _save(found, archive)
        _extract(archive, folder)
    return folder


def _save(found: PresignedDownload, target: Path) -> None:
    from flyte.io._presigned import counted
    from flyte.io._ranges import save

    def read(start: int, end: int) -> bytes:
        return get_client().read_range(found.url, start, end)

    with watched("download", f"code {found.path[:12]}", found.size_bytes) as moved:
        save(target, found.size_bytes, counted(read, moved))
    digest = hashlib.sha256()
    with target.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    if found.path != f"{digest.hexdigest()}.zip":
        target.unlink()
        raise CodeBundleError(f"the code came with other bytes than {found.path} names: try again")


def _extract(archive: Path, folder: Path) -> None:
    from flyte.bundle._zip import check_name

    with zipfile.ZipFile(archive) as files:
        for name in files.namelist():
            check_name(name)
        files.extractall(folder)
