"""Files of the web as a store that can be read only: `https://` and `http://` addresses."""

from __future__ import annotations

import contextlib
import functools
import shutil
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ._store import Kind, Transfer

_BLOCK_BYTES = 1024 * 1024
_TIMEOUT_S = 60.0
"""Of a connection, and of each wait for its next bytes."""


class WebStore:
    """Reads one file after the other as its bytes come; an address below which others lie cannot be known."""

    def kind(self, path: str) -> Kind | None:
        answer = _asked("HEAD", path)
        answer.release_conn()
        if answer.status in {405, 501}:  # a server that knows no HEAD
            answer = _asked("GET", path)
            answer.close()
        return "file" if answer.status < 400 else None

    @contextlib.contextmanager
    def open_read(self, path: str) -> Iterator[BinaryIO]:
        import tempfile

        # To a file first: the web promises neither that its files can be read in pieces, nor that they stay the same.
        with tempfile.TemporaryFile(prefix="flyte-web-") as copy:
            _fetch(path, copy)
            copy.seek(0)
            yield cast("BinaryIO", copy)

    @contextlib.contextmanager
    def open_write(self, path: str) -> Iterator[BinaryIO]:
        _refuse(path)
        yield  # pragma: no cover - what makes this a generator

    def files(self, folder: str) -> Iterator[str]:
        raise NotADirectoryError(f"{folder} is a file of the web, which has no folders: use flyte.io.File for each")

    def download(self, path: str, target: Path, transfer: Transfer) -> None:  # noqa: ARG002 - one stream
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            _fetch(path, file)

    def upload(self, source: Path, path: str, transfer: Transfer) -> None:  # noqa: ARG002 - it never happens
        _refuse(path)


@functools.cache
def _pool() -> Any:
    import urllib3

    return urllib3.PoolManager(timeout=urllib3.Timeout(_TIMEOUT_S), retries=urllib3.Retry(3, backoff_factor=0.2))


def _asked(method: str, url: str) -> Any:
    import urllib3

    try:
        return _pool().request(method, url, preload_content=False)
    except urllib3.exceptions.HTTPError as error:
        raise OSError(f"{url} could not be read: {error}") from error


def _fetch(url: str, target: Any) -> None:
    import urllib3

    answer = _asked("GET", url)
    try:
        if answer.status in {404, 410}:
            raise FileNotFoundError(f"{url} does not exist (status {answer.status})")
        if answer.status in {401, 403}:
            raise PermissionError(f"{url} may not be read (status {answer.status})")
        if answer.status >= 400:
            raise OSError(f"{url} could not be read: the server answered with status {answer.status}")
        shutil.copyfileobj(answer, target, _BLOCK_BYTES)
    except urllib3.exceptions.HTTPError as error:
        raise OSError(f"{url} could not be read: {error}") from error
    finally:
        answer.release_conn()


def _refuse(url: str) -> NoReturn:
    raise PermissionError(f"{url} cannot be written: files of the web are read only; write to an s3:// URI")
