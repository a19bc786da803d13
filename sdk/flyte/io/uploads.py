"""Brings local files among a run's inputs to the backend: paths of this machine become `s3://` URIs.

It works on encoded inputs and their JSON schemas, so it needs none of the task's code, and finds files wherever they
are: in lists, dicts, dataclasses, models. What is there already is not sent again.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from flyte.protocol.api import (
    FolderFile,
    FolderUpload,
    FolderUploadRequest,
    PresignedUpload,
    UploadRequest,
)
from flyte.remote._artifacts import UPLOAD_PROGRESS
from flyte.remote._http import path_of

from . import _local
from ._paths import absolute, base_name, is_remote
from ._references import Reference, references

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte.protocol.tasks import Interface
    from flyte.remote._http import ApiClient, Progress

_MAX_PUT_BYTES = 5 * 1024**3
"""Source: S3, PutObject."""
_FILES_PER_REQUEST = 500
_CONCURRENCY = 8
_BLOCK_BYTES = 1024 * 1024
_NO_BYTES = hashlib.sha256(b"").hexdigest()


class Uploader(Protocol):
    """Brings files and folders to where tasks can read them."""

    async def upload_file(self, path: Path) -> str:
        """The URI of the file."""

    async def upload_folder(self, path: Path) -> str:
        """The URI of the folder, without a slash at its end."""


async def replace_local_paths(inputs: Mapping[str, Any], interface: Interface, uploader: Uploader) -> dict[str, Any]:
    """The same inputs with each File, Dir and DataFrame of this machine uploaded, and named by its URI.

    Args:
        inputs: Encoded inputs by name.
        interface: The task's, which tells where in them files are.
        uploader: Brings them over. The same path is brought once.

    Raises:
        FileNotFoundError: A path does not exist; the message names the input.
    """
    schemas = {parameter.name: parameter.json_schema for parameter in interface.inputs}
    replaced: dict[str, Any] = {}
    uris: dict[tuple[str, str], str] = {}
    for name, value in inputs.items():
        found = references(value, schemas.get(name, {}), name)
        local = [reference for reference in found if not is_remote(reference.path)]
        made = {reference.where: await _uploaded(reference, uploader, uris) for reference in local}
        replaced[name] = _replaced(value, made) if made else value
    return replaced


async def _uploaded(reference: Reference, uploader: Uploader, uris: dict[tuple[str, str], str]) -> dict[str, Any]:
    known = (reference.kind, absolute(reference.path))
    if known not in uris:
        try:
            path, is_folder = await asyncio.to_thread(_checked, reference)
            uris[known] = await (uploader.upload_folder(path) if is_folder else uploader.upload_file(path))
        except OSError as error:
            error.add_note(f"It is the input {reference.shown}.")
            raise
    return {**reference.value, reference.key: uris[known]}


def _checked(reference: Reference) -> tuple[Path, bool]:
    """The path, and whether it is a folder. A data frame may be a folder of several files."""
    path = Path(absolute(reference.path))
    if reference.kind == "dir" or (reference.kind == "dataframe" and path.is_dir()):
        return _local.existing_folder(path), True
    return _local.existing_file(path), False


def _replaced(value: Any, made: Mapping[tuple[str | int, ...], Any], here: tuple[str | int, ...] = ()) -> Any:
    if here in made:
        return made[here]
    if isinstance(value, dict):
        return {key: _replaced(item, made, (*here, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, made, (*here, index)) for index, item in enumerate(value)]
    return value


class ApiUploader:
    """Uploads through the API's presigned places.

    Progress is told as that of code is: to `UPLOAD_PROGRESS`, by each file's sha256.

    Args:
        client: The client.
        project: The run's project.
        domain: The run's domain.
    """

    def __init__(self, client: ApiClient, project: str, domain: str) -> None:
        self._client = client
        self._scope = {"project": project, "domain": domain}

    async def upload_file(self, path: Path) -> str:
        """The URI of the file, which lies under the digest of its content."""
        size_bytes, sha256 = await asyncio.to_thread(_digest, path)
        request = UploadRequest(**self._scope, filename=path.name, size_bytes=size_bytes, sha256=sha256)
        target = await self._client.post(path_of("uploads"), request, PresignedUpload)
        await self._client.upload(target, lambda: path.open("rb"), size_bytes, _progress(sha256))
        return target.uri

    async def upload_folder(self, path: Path) -> str:
        """The URI of the folder, which lies under a digest of all its names and contents."""
        files = await asyncio.to_thread(_inventory, path)
        digest = hashlib.sha256("\n".join(f"{file.sha256} {file.path}" for file in files).encode()).hexdigest()
        name = base_name(absolute(path)) or "root"
        uri = ""
        for start in range(0, len(files), _FILES_PER_REQUEST):
            batch = tuple(files[start : start + _FILES_PER_REQUEST])
            request = FolderUploadRequest(**self._scope, name=name, sha256=digest, files=batch)
            answer = await self._client.post(path_of("uploads", "folder"), request, FolderUpload)
            uri = answer.uri
            await self._send(path, batch, answer)
        return uri

    async def _send(self, root: Path, batch: tuple[FolderFile, ...], answer: FolderUpload) -> None:
        free = asyncio.Semaphore(_CONCURRENCY)

        async def send(file: FolderFile, target: PresignedUpload) -> None:
            source = root / file.path if not _is_empty_folder(file.path) else Path(os.devnull)
            async with free:
                await self._client.upload(target, lambda: source.open("rb"), file.size_bytes, _progress(file.sha256))

        await asyncio.gather(*(send(*pair) for pair in zip(batch, answer.uploads, strict=True)))


def _progress(sha256: str) -> Progress | None:
    watch = UPLOAD_PROGRESS.get()
    return None if watch is None else lambda sent, total: watch(sha256, sent, total)


def _inventory(root: Path) -> list[FolderFile]:
    """Everything in a folder. A path with a slash at its end is an empty folder; no path, if the whole is one."""
    files = []
    for path in _local.walked(root):
        relative = path.relative_to(root).as_posix()
        if path.is_dir():
            files.append(FolderFile(path=f"{relative}/", size_bytes=0, sha256=_NO_BYTES))
        else:
            size_bytes, sha256 = _digest(path)
            files.append(FolderFile(path=relative, size_bytes=size_bytes, sha256=sha256))
    return files or [FolderFile(path="", size_bytes=0, sha256=_NO_BYTES)]


def _is_empty_folder(path: str) -> bool:
    return not path or path.endswith("/")


def _digest(path: Path) -> tuple[int, str]:
    digest, size_bytes = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
            size_bytes += len(block)
    if size_bytes > _MAX_PUT_BYTES:
        raise ValueError(
            f"{path} has {size_bytes:,} bytes, and a client can upload {_MAX_PUT_BYTES:,} at most: put it in a bucket "
            "that the task's role reads, and give it as File.from_existing_remote('s3://…')"
        )
    return size_bytes, digest.hexdigest()
