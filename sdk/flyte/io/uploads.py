"""Brings local files among a run's inputs to the backend: paths of this machine become `s3://` URIs.

It works on encoded inputs and their JSON schemas, so it needs none of the task's code, and finds files wherever they
are: in lists, dicts, dataclasses, models. What is there already is not sent again.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from flyte.errors import BaseRuntimeError
from flyte.protocol.api import (
    FolderFile,
    FolderUpload,
    FolderUploadRequest,
    PresignedUpload,
    UploadRequest,
)
from flyte.remote._http import path_of
from flyte.remote._progress import watched

from . import _local
from ._content import Content, changed, slice_of
from ._parts import PartsUpload, go_on
from ._paths import absolute, base_name, is_remote
from ._presigned import bucket_of, names_in, pages_of
from ._ranges import in_parallel
from ._references import Reference, references

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flyte.protocol.tasks import Interface
    from flyte.remote._http import ApiClient
    from flyte.remote._progress import Moved

_FILES_PER_REQUEST = 500
_CONCURRENCY = 8
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
    """Uploads through the API's presigned places, and tells `flyte.remote._progress` of it.

    What is cancelled ends soon, and leaves nothing behind, also where the process ends with it.

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
        return await _stoppable(lambda stopped: self._file(path, stopped))

    async def upload_folder(self, path: Path) -> str:
        """The URI of the folder, which lies under a digest of all its names and contents."""
        return await _stoppable(lambda stopped: self._folder(path, stopped))

    def _file(self, path: Path, stopped: threading.Event) -> str:
        content = Content.of(path)
        with watched("upload", path.name, content.size_bytes) as moved:
            if content.parts:
                return PartsUpload(self._client, self._scope, content, path.name, moved, stopped).run()
            request = UploadRequest(
                **self._scope, filename=path.name, size_bytes=content.size_bytes, sha256=content.sha256
            )
            target = self._client.call("POST", path_of("uploads"), PresignedUpload, body=request)
            self._put(content, target, moved.piece(), stopped)
            return target.uri

    def _folder(self, root: Path, stopped: threading.Event) -> str:
        entries = _inventory(root)
        digest = hashlib.sha256("\n".join(f"{each.sha256} {each.path}" for each in entries).encode()).hexdigest()
        name = base_name(absolute(root)) or "root"
        uri = f"s3://{bucket_of(self._client)}/uploads/{'/'.join(self._scope.values())}/{digest}/{name}"
        missing = self._missing(entries, uri)
        with watched("upload", f"{name}/", sum(each.size_bytes for each in missing)) as moved:
            small = [each for each in missing if each.content is None or not each.content.parts]
            for start in range(0, len(small), _FILES_PER_REQUEST):
                batch = small[start : start + _FILES_PER_REQUEST]
                asked = FolderUploadRequest(
                    **self._scope, name=name, sha256=digest, files=tuple(each.asked for each in batch)
                )
                answer = self._client.call("POST", path_of("uploads", "folder"), FolderUpload, body=asked)
                self._put_all(batch, answer, moved, stopped)
            for each in missing:
                if each.content is not None and each.content.parts:
                    path = f"{name}/{each.path}"
                    PartsUpload(self._client, self._scope, each.content, path, moved, stopped, digest).run()
        return uri

    def _missing(self, entries: list[_Entry], uri: str) -> list[_Entry]:
        """What is not there: all of it the first time, the rest where an earlier upload was cut off."""
        try:
            there = {path for page in pages_of(self._client, uri) for path in names_in(page)}
        except FileNotFoundError:
            return entries
        return [each for each in entries if each.path not in there]

    def _put_all(self, batch: list[_Entry], answer: FolderUpload, moved: Moved, stopped: threading.Event) -> None:
        def put(pair: tuple[_Entry, PresignedUpload]) -> None:
            entry, target = pair
            if entry.content is None:
                self._client.put(target, io.BytesIO, 0)
            else:
                self._put(entry.content, target, moved.piece(entry.path), stopped)

        for _ in in_parallel(put, zip(batch, answer.uploads, strict=True), _CONCURRENCY):
            pass

    def _put(
        self, content: Content, target: PresignedUpload, told: Callable[[int], None], stopped: threading.Event
    ) -> None:
        def moved(moved_bytes: int) -> None:
            go_on(stopped, content.path)
            told(moved_bytes)

        go_on(stopped, content.path)
        try:
            self._client.put(target, lambda: slice_of(content.path, 0, content.size_bytes, moved), content.size_bytes)
        except BaseRuntimeError:
            if content.was_changed():
                raise changed(content.path) from None
            raise


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a folder holds: a file, or an empty folder, whose path ends in `/` and whose content is None."""

    path: str
    content: Content | None = None

    @property
    def size_bytes(self) -> int:
        return 0 if self.content is None else self.content.size_bytes

    @property
    def sha256(self) -> str:
        return _NO_BYTES if self.content is None else self.content.sha256

    @property
    def asked(self) -> FolderFile:
        """As the API takes it."""
        return FolderFile(path=self.path, size_bytes=self.size_bytes, sha256=self.sha256)


def _inventory(root: Path) -> list[_Entry]:
    """Everything in a folder. Without a path it is the folder itself, which is empty."""
    entries = []
    for path in _local.walked(root):
        relative = path.relative_to(root).as_posix()
        entries.append(_Entry(f"{relative}/") if path.is_dir() else _Entry(relative, Content.of(path)))
    return entries or [_Entry("")]


async def _stoppable(work: Callable[[threading.Event], str]) -> str:
    """Does it in a thread. The thread ends by itself when it is waited for no longer; the process waits for it."""
    stopped = threading.Event()
    try:
        return await asyncio.to_thread(work, stopped)
    except asyncio.CancelledError:
        stopped.set()
        raise
