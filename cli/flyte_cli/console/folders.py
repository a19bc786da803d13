"""A folder of the browser's machine on its way to the backend's bucket: one request, its files one after the other.

The body begins with a JSON list of `[path, size]`, as many bytes as the query's `manifest` says; then the files follow.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

from pydantic import TypeAdapter, ValidationError

from flyte.errors import BaseRuntimeError
from flyte.io.uploads import ApiUploader

from .forwarding import failed
from .messages import Answer

if TYPE_CHECKING:
    from flyte.remote._http import ApiClient

    from .messages import Asked, Body

MANIFEST_BYTES = 8 * 1024 * 1024
_BLOCK_BYTES = 8 * 1024 * 1024
_ENTRIES = TypeAdapter(list[tuple[str, int]])


def upload_folder(client: ApiClient, asked: Asked, name: str) -> Answer:
    """Stores a folder; the answer is the value that a task takes for it (a `flyte.io.Dir`)."""
    name = unquote(name)
    query = parse_qs(asked.query)
    if not {"project", "domain", "manifest"} <= query.keys():
        message = "A folder is uploaded with ?project=…&domain=…&manifest=BYTES."
        return Answer.problem(HTTPStatus.BAD_REQUEST, "BadRequest", message)
    with tempfile.TemporaryDirectory(prefix="flyte-console-") as place:
        try:
            folder = _inside(Path(place), name)
            folder.mkdir()
            receive(asked, int(query["manifest"][0]), folder)
            uploader = ApiUploader(client, query["project"][0], query["domain"][0])
            uri = asyncio.run(uploader.upload_folder(folder))
        except (BaseRuntimeError, ValidationError, ValueError, OSError) as error:
            return failed(error)
    return Answer.document({"path": uri, "name": name})


def receive(asked: Asked, manifest_bytes: int, folder: Path) -> None:
    """Writes the files of the body into the folder.

    Raises:
        ValueError: A path leads elsewhere or comes twice, or the body is not of the size that it tells.
    """
    if asked.body is None or not 0 < manifest_bytes <= MANIFEST_BYTES:
        raise ValueError(f"a folder needs a manifest of 1 to {MANIFEST_BYTES:,} bytes")
    entries = _ENTRIES.validate_python(json.loads(_exactly(asked.body, manifest_bytes)))
    if any(size < 0 for _, size in entries) or manifest_bytes + sum(size for _, size in entries) != asked.size_bytes:
        raise ValueError("the files of the folder are not of the sizes that its manifest tells; send it again")
    for path, size in entries:
        place = _inside(folder, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            for start in range(0, size, _BLOCK_BYTES):
                file.write(_exactly(asked.body, min(_BLOCK_BYTES, size - start)))


def _inside(folder: Path, path: str) -> Path:
    """Where a path of the browser's lies. Only one that leads downwards has a place."""
    parts = path.split("/")
    if any(part in {"", ".", ".."} or "\\" in part or "\0" in part for part in parts):
        raise ValueError(f"{path!r} cannot be a path in a folder")
    return folder / PurePosixPath(*parts)


def _exactly(body: Body, size: int) -> bytes:
    content = b""
    while len(content) < size:
        block = body.read(size - len(content))
        if not block:
            raise ValueError("the upload ended before all of the folder had come; send it again")
        content += block
    return content
