"""The backend's bucket as a client sees it: read by URLs that the API signs. Clients hold no rights in S3."""

from __future__ import annotations

import contextlib
import functools
import io
import itertools
import time
from typing import TYPE_CHECKING, BinaryIO, NoReturn, cast

from flyte.errors import BaseRuntimeError
from flyte.protocol.api import DownloadPage, DownloadRequest, Health, PresignedDownload
from flyte.protocol.limits import PRESIGNED_URL_EXPIRY_S
from flyte.remote._http import ApiClient, get_client, path_of
from flyte.remote._progress import watched

from ._paths import base_name, inside
from ._ranges import RangeReader, in_parallel, save

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flyte.remote._progress import Moved

    from ._store import Kind, Transfer

_DATA = ("runs", "uploads")
_TRUSTED_S = PRESIGNED_URL_EXPIRY_S * 2 / 3
"""After this time a URL is signed anew, so that none expires under a long download."""


def is_ours(uri: str) -> bool:
    """Whether the URI is data that the configured backend signs reads of."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return key.split("/", 1)[0] in _DATA and key.count("/") >= 3 and bucket == bucket_of(get_client())


@functools.lru_cache(maxsize=8)
def bucket_of(api: ApiClient) -> str:
    """The backend's bucket."""
    return api.call("GET", path_of("health"), Health).bucket


class PresignedStore:
    """Data of runs and uploads, through the API. It can be read only."""

    def kind(self, path: str) -> Kind | None:
        try:
            return _page(path).kind
        except FileNotFoundError:
            return None

    @contextlib.contextmanager
    def open_read(self, path: str) -> Iterator[BinaryIO]:
        page = _page(path)
        if page.kind == "folder":
            raise IsADirectoryError(f"{path} is a folder, not a file: use flyte.io.Dir for it")
        signed = _Signed(path, page.files[0])
        with io.BufferedReader(RangeReader(signed.size_bytes, signed.read), 256 * 1024) as file:
            yield cast("BinaryIO", file)

    @contextlib.contextmanager
    def open_write(self, path: str) -> Iterator[BinaryIO]:
        _refuse(path)
        yield  # pragma: no cover - what makes this a generator

    def files(self, folder: str) -> Iterator[str]:
        for page in pages_of(get_client(), folder):
            if page.kind == "file":
                raise NotADirectoryError(f"{folder} is a file, not a folder: use flyte.io.File for it")
            for file in page.files:
                yield file.path

    def download(self, path: str, target: Path, transfer: Transfer) -> None:
        pages = pages_of(get_client(), path)
        first = next(pages)
        if first.kind == "file":
            target.parent.mkdir(parents=True, exist_ok=True)
            signed = _Signed(path, first.files[0])
            with watched("download", base_name(path), signed.size_bytes) as moved:
                save(target, signed.size_bytes, counted(signed.read, moved))
            return
        target.mkdir(parents=True, exist_ok=True)
        known_bytes = sum(file.size_bytes for file in first.files) if first.cursor is None else None
        with watched("download", f"{base_name(path)}/", known_bytes) as moved:
            for page in itertools.chain([first], pages):
                _get_page(page, path, target, transfer, moved)

    def upload(self, source: Path, path: str, transfer: Transfer) -> None:  # noqa: ARG002 - it never happens
        _refuse(path)


def _get_page(page: DownloadPage, folder: str, target: Path, transfer: Transfer, moved: Moved) -> None:
    """Copies what one page lists of a folder."""
    for empty in page.folders:
        inside(target, empty, folder).mkdir(parents=True, exist_ok=True)

    def get(file: PresignedDownload) -> None:
        copy = inside(target, file.path, folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        signed = _Signed(f"{folder.rstrip('/')}/{file.path}", file)
        # Several files at a time are parallel enough: this many blocks of each are in memory.
        save(copy, signed.size_bytes, counted(signed.read, moved, file.path), concurrency=2)

    for _ in in_parallel(get, page.files, transfer.concurrency or 8):
        pass


def counted(read: Callable[[int, int], bytes], moved: Moved, file: str = "") -> Callable[[int, int], bytes]:
    def read_and_tell(start: int, end: int) -> bytes:
        data = read(start, end)
        moved.piece((file, start))(len(data))
        return data

    return read_and_tell


class _Signed:
    """A file behind a URL, which is signed anew when it gets old."""

    def __init__(self, uri: str, found: PresignedDownload) -> None:
        self.size_bytes = found.size_bytes
        self._uri = uri
        self._url = found.url
        self._signed_at = time.monotonic()

    def read(self, start: int, end: int) -> bytes:
        """Bytes from the first offset to before the second."""
        if time.monotonic() - self._signed_at > _TRUSTED_S:
            self._url, self._signed_at = _page(self._uri).files[0].url, time.monotonic()
        return get_client().read_range(self._url, start, end)


def _page(uri: str) -> DownloadPage:
    return next(pages_of(get_client(), uri))


def pages_of(api: ApiClient, uri: str) -> Iterator[DownloadPage]:
    """What lies under a URI of ours, page by page.

    Raises:
        FileNotFoundError: Nothing does.
    """
    key = uri.removeprefix("s3://").partition("/")[2]
    _, project, domain, _ = key.split("/", 3)
    cursor: str | None = None
    while True:
        asked = DownloadRequest(project=project, domain=domain, uri=uri, cursor=cursor)
        try:
            page = api.call("POST", path_of("downloads"), DownloadPage, body=asked)
        except BaseRuntimeError as error:
            if error.code == "DataNotFound":
                raise FileNotFoundError(f"{uri} does not exist") from None
            raise
        yield page
        cursor = page.cursor
        if cursor is None:
            return


def names_in(page: DownloadPage) -> Iterator[str]:
    """Paths of what a page lists, relative to the folder. An empty folder's ends in `/`."""
    yield from (file.path for file in page.files)
    yield from page.folders


def _refuse(path: str) -> NoReturn:
    raise PermissionError(f"{path} cannot be written from here: write it in a task, or give a local path as input")
