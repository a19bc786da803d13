"""Brings local files and folders to the backend, for runs that are given their URIs."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from flyte._initialize import require_backend
from flyte._syncify import syncify
from flyte.io._local import existing_file, existing_folder

if TYPE_CHECKING:
    from flyte.io.uploads import ApiUploader


@syncify
async def upload_file(
    fp: Path | str,
    verify: bool = True,  # noqa: FBT001, FBT002 - Flyte's signature
    fname: str | None = None,
    content_type: str | None = None,
) -> tuple[str, str]:
    """Uploads a file, unless the backend has its content already. Gives the MD5 of it in hex, and its URI.

    Args:
        fp: The file.
        verify: Accepted: uploads always carry a checksum, which S3 verifies.
        fname: Accepted: the file keeps its name.
        content_type: Accepted: tasks read bytes.

    Raises:
        FileNotFoundError: there is no such file.
        InitializationError: no backend is configured.
    """
    del verify, fname, content_type
    path = await asyncio.to_thread(existing_file, Path(fp))
    uri = await _uploader().upload_file(path)
    return await asyncio.to_thread(_md5, path), uri


@syncify
async def upload_dir(
    dir_path: Path | str,
    verify: bool = True,  # noqa: FBT001, FBT002 - Flyte's signature
    prefix: str | None = None,
) -> str:
    """Uploads a folder with all below it. Gives its URI.

    Args:
        dir_path: The folder.
        verify: Accepted: uploads always carry checksums, which S3 verifies.
        prefix: Accepted: it lies under the digest of its content.

    Raises:
        FileNotFoundError: there is no such folder.
        InitializationError: no backend is configured.
    """
    del verify, prefix
    return await _uploader().upload_folder(await asyncio.to_thread(existing_folder, Path(dir_path)))


def _uploader() -> ApiUploader:
    from flyte.io.uploads import ApiUploader

    from ._http import get_client

    state = require_backend()
    return ApiUploader(get_client(), state.project or "", state.domain or "")


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
