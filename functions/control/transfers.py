"""Signed reads of runs' data, and signed places for whole folders: a client holds no rights in S3 of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flyte.protocol import limits
from flyte.protocol.api import (
    DownloadPage,
    DownloadRequest,
    FolderUpload,
    FolderUploadRequest,
    PresignedDownload,
)
from functions.control import cursors
from functions.control.errors import ArtifactsMissingError, DataNotFoundError, InvalidRequestError
from functions.control.objects import object_size

if TYPE_CHECKING:
    from flyte.protocol.identity import ActionId
    from flyte.protocol.tasks import TaskSpec
    from functions.control.artifacts import Artifacts
    from functions.control.clients import Clients
    from functions.control.settings import Settings

_PAGE_FILES = 500
_KEY_BYTES = 1024
"""Source: S3, object key naming."""


class Transfers:
    """Tells what lies under a URI and signs reads of it; signs places for a folder's files."""

    def __init__(self, settings: Settings, clients: Clients, artifacts: Artifacts) -> None:
        self._bucket = settings.bucket
        self._clients = clients
        self._artifacts = artifacts

    def downloads(self, asked: DownloadRequest) -> DownloadPage:
        """The file at a URI, or the files below it, each with a URL that reads it.

        Raises:
            InvalidRequestError: The URI is not of data of that project and domain.
            DataNotFoundError: Nothing is there.
        """
        key = self._key_of_data(asked)
        if asked.cursor is None and not key.endswith("/"):
            size_bytes = object_size(self._clients.s3, self._bucket, key)
            if size_bytes is not None:
                return DownloadPage(kind="file", files=(self._signed(key, "", size_bytes),))
        page = self._page(key if key.endswith("/") else f"{key}/", asked.cursor)
        if asked.cursor is None and not page.files and not page.folders:
            raise DataNotFoundError(f"{asked.uri} does not exist: there is no object of that key, nor any below it.")
        return page

    def folder(self, asked: FolderUploadRequest) -> FolderUpload:
        """Signed places for files of one folder. Larger folders ask several times, with the same digest.

        Raises:
            InvalidRequestError: A path leads out of the folder, or is too long.
        """
        uploads = []
        for file in asked.files:
            key = folder_key(
                asked.project, asked.domain, asked.sha256, asked.name, file.path, size_bytes=file.size_bytes
            )
            uploads.append(self._artifacts.sign(key, file.sha256, file.size_bytes))
        prefix = f"uploads/{asked.project}/{asked.domain}/{asked.sha256}/{asked.name}"
        return FolderUpload(uri=f"s3://{self._bucket}/{prefix}", uploads=tuple(uploads))

    def code(self, action: ActionId, spec: TaskSpec | None) -> PresignedDownload:
        """The code artifact of an action's task, named by its digest.

        Raises:
            DataNotFoundError: The task has none, or it has expired.
        """
        if spec is None or spec.code is None:
            raise DataNotFoundError(f"{action.run}/{action.action} has no code of its own: its task's image holds it.")
        try:
            key = self._artifacts.locate([spec.code], ephemeral=True)[spec.code.sha256]
        except ArtifactsMissingError:
            raise DataNotFoundError(
                f"The code of {action.run}/{action.action} has expired: what only runs brought is kept for 30 days."
            ) from None
        return self._signed(key, f"{spec.code.sha256}.zip", spec.code.size_bytes)

    def _key_of_data(self, asked: DownloadRequest) -> str:
        parts = urlsplit(asked.uri)
        key = asked.uri.removeprefix(f"s3://{self._bucket}/")
        scope = f"{asked.project}/{asked.domain}/"
        allowed = (f"runs/{scope}", f"uploads/{scope}")
        if parts.scheme != "s3" or parts.netloc != self._bucket or not key.startswith(allowed):
            raise InvalidRequestError(
                f"uri: {asked.uri!r} is not data of a run or upload of {asked.project}/{asked.domain} in this backend."
            )
        return key

    def _page(self, prefix: str, cursor: str | None) -> DownloadPage:
        position = cursors.decode(cursor, after=str)
        listing: dict[str, Any] = {"StartAfter": str(position["after"])} if position else {}
        found = self._clients.s3.list_objects_v2(Bucket=self._bucket, Prefix=prefix, MaxKeys=_PAGE_FILES, **listing)
        items = [(item["Key"], item["Size"]) for item in found.get("Contents", ())]
        return DownloadPage(
            kind="folder",
            files=tuple(
                self._signed(key, key.removeprefix(prefix), size) for key, size in items if not key.endswith("/")
            ),
            folders=tuple(key.removeprefix(prefix) for key, _ in items if key.endswith("/")),
            cursor=cursors.encode({"after": items[-1][0]}) if found["IsTruncated"] else None,
        )

    def _signed(self, key: str, path: str, size_bytes: int) -> PresignedDownload:
        url = self._clients.s3.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=limits.PRESIGNED_URL_EXPIRY_S
        )
        return PresignedDownload(path=path, size_bytes=size_bytes, url=url)


def folder_key(project: str, domain: str, sha256: str, name: str, path: str, *, size_bytes: int) -> str:
    """Where a file of a client's folder lies.

    Raises:
        InvalidRequestError: The path leads out of the folder, or is too long.
    """
    key = f"uploads/{project}/{domain}/{sha256}/{_segment(name)}/{_below(path, size_bytes=size_bytes)}"
    if len(key.encode()) > _KEY_BYTES:
        raise InvalidRequestError(f"{path!r} is too long: keys have at most {_KEY_BYTES} bytes.")
    return key


def _segment(name: str) -> str:
    if "/" in name or name in {"", ".", ".."} or not name.isprintable():
        raise InvalidRequestError(f"name: {name!r} is no folder's name: give a name without slashes.")
    return name


def _below(path: str, *, size_bytes: int) -> str:
    """A path below a folder. With a slash at its end it is an empty folder; empty, it is the folder itself."""
    if not path and not size_bytes:
        return path
    segments = path.removesuffix("/").split("/")
    if any(segment in {"", ".", ".."} or "\0" in segment for segment in segments):
        raise InvalidRequestError(f"files: {path!r} is no path below a folder: leave out '.', '..' and empty parts.")
    if path.endswith("/") and size_bytes:
        raise InvalidRequestError(f"files: {path!r} names a folder, which has no bytes: leave out the last slash.")
    return path
