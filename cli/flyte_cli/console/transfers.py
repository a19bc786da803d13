"""Files on their way between the browser and the backend's bucket, which the browser itself has no way to."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, unquote

from pydantic import ValidationError

from flyte.errors import BaseRuntimeError
from flyte.io.uploads import ApiUploader
from flyte.protocol.api import DownloadPage, DownloadRequest
from flyte.remote._http import path_of

from .forwarding import failed
from .messages import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte.remote._http import ApiClient

    from .messages import Asked

_BLOCK_BYTES = 8 * 1024 * 1024
_UNSAFE_IN_NAMES = frozenset("/\\\0")

_REPORT_POLICY = (
    "sandbox allow-scripts allow-popups; default-src https: data: blob: 'unsafe-inline' 'unsafe-eval'; "
    "connect-src https:; form-action 'none'; frame-ancestors 'self'"
)
"""A report is a page of the user's task: it may draw what it likes, as a stranger without any rights here."""


@dataclass(frozen=True, slots=True)
class Transfers:
    """Uploads by `PUT /files/{name}`, downloads by `GET /data?project&domain&uri`."""

    client: ApiClient

    def upload(self, asked: Asked, name: str) -> Answer:
        """Stores a file; the answer is the value that a task takes for it (a `flyte.io.File`)."""
        name = unquote(name)
        query = parse_qs(asked.query)
        if not name.strip(".") or _UNSAFE_IN_NAMES & set(name):
            return Answer.problem(HTTPStatus.BAD_REQUEST, "BadRequest", f"{name!r} cannot be a file's name.")
        if not ("project" in query and "domain" in query and "content-length" in asked.headers):
            message = "A file is uploaded with ?project=…&domain=… and the header Content-Length."
            return Answer.problem(HTTPStatus.BAD_REQUEST, "BadRequest", message)
        with tempfile.TemporaryDirectory(prefix="flyte-console-") as folder:
            path = Path(folder) / name
            try:
                _receive(asked, path)
                uploader = ApiUploader(self.client, query["project"][0], query["domain"][0])
                uri = asyncio.run(uploader.upload_file(path))
            except (BaseRuntimeError, ValidationError, ValueError, OSError) as error:
                return failed(error)
        return Answer.document({"path": uri, "name": name})

    def download(self, asked: Asked) -> Answer:
        """A file of a run, to be kept; or with `as=report`, a page to be shown in a frame that has no rights."""
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        try:
            wanted = DownloadRequest(**{name: query.get(name, "") for name in ("project", "domain", "uri")})
            page = self.client.call("POST", path_of("downloads"), DownloadPage, body=wanted)
        except (BaseRuntimeError, ValidationError) as error:
            return failed(error, HTTPStatus.NOT_FOUND)
        if page.kind == "folder":
            message = f"{wanted.uri} is a folder. Its files, one by one: flyte get io RUN, or flyte.io.Dir."
            return Answer.problem(HTTPStatus.BAD_REQUEST, "BadRequest", message)
        file = page.files[0]
        parts = _blocks(self.client, file.url, file.size_bytes)
        return Answer(HTTPStatus.OK, _headers(query, wanted.uri), file.size_bytes, parts)


def _headers(query: dict[str, str], uri: str) -> dict[str, str]:
    if query.get("as") == "report":
        return {
            "content-type": "text/html; charset=utf-8",
            "content-security-policy": _REPORT_POLICY,
            "cache-control": "no-store",
        }
    name = quote(uri.rsplit("/", 1)[-1], safe="")
    return {
        "content-type": "application/octet-stream",
        "content-disposition": f"attachment; filename*=UTF-8''{name}",
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "no-store",
    }


def _receive(asked: Asked, path: Path) -> None:
    """Writes the body to a file, however large it is."""
    left = asked.size_bytes
    with path.open("wb") as file:
        while asked.body and left:
            block = asked.body.read(min(left, _BLOCK_BYTES))
            if not block:
                raise ValueError("the upload ended before all of the file had come; send it again")
            file.write(block)
            left -= len(block)


def _blocks(client: ApiClient, url: str, size_bytes: int) -> Iterator[bytes]:
    for start in range(0, size_bytes, _BLOCK_BYTES):
        yield client.read_range(url, start, min(start + _BLOCK_BYTES, size_bytes))
