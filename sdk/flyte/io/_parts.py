"""Uploads one large file through the API: in parts, several at a time, each sent again alone if it fails.

Whatever ends it before its end drops the parts that were sent: unfinished uploads cost money, and nobody sees them.
"""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any

from flyte.errors import BaseRuntimeError
from flyte.protocol.api import (
    BeginUploadRequest,
    BegunUpload,
    EndedUpload,
    EndUploadRequest,
    PresignedUpload,
    UploadPart,
    UploadParts,
    UploadPartsRequest,
)
from flyte.protocol.limits import PRESIGNED_URL_EXPIRY_S
from flyte.remote._http import path_of

from ._content import changed, slice_of
from ._ranges import in_parallel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flyte.protocol.model import Model
    from flyte.remote._http import ApiClient, ModelT
    from flyte.remote._progress import Moved

    from ._content import Content

_CONCURRENCY = 6
_PAGE = 32
"""Places that are asked for at a time."""
_TRUSTED_S = PRESIGNED_URL_EXPIRY_S * 2 / 3
"""After this time a place is signed anew, so that none expires under a slow upload."""


class Stopped(Exception):  # noqa: N818 - somebody else's error is the reason
    """This part was given up because the upload was."""


class PartsUpload:
    """One upload.

    Args:
        client: The API's.
        scope: `project` and `domain`.
        content: The file and its parts.
        filename: Its name; of a file of a folder, the folder's name and the path in it.
        moved: Counts the bytes.
        stopped: Ends it at the next block, once it is set.
        folder_sha256: The folder's digest, of a file of a folder.
    """

    def __init__(
        self,
        client: ApiClient,
        scope: dict[str, str],
        content: Content,
        filename: str,
        moved: Moved,
        stopped: threading.Event,
        folder_sha256: str | None = None,
    ) -> None:
        self._client = client
        self._scope: dict[str, Any] = scope
        self._content = content
        self._filename = filename
        self._folder_sha256 = folder_sha256
        self._moved = moved
        self._stopped = stopped
        self._failure: BaseException | None = None

    def run(self) -> str:
        """Uploads the file, unless the same content is there; its URI.

        Raises:
            OSError: The file was changed meanwhile.
            BaseRuntimeError: The backend or S3 refused, or could not be reached for too long.
        """
        content = self._content
        begun = self._call(
            "begin",
            BegunUpload,
            BeginUploadRequest(
                **self._scope,
                filename=self._filename,
                size_bytes=content.size_bytes,
                sha256=content.sha256,
                folder_sha256=self._folder_sha256,
            ),
        )
        if begun.upload_id is None:
            return begun.uri
        upload: dict[str, Any] = {**self._scope, "uri": begun.uri, "upload_id": begun.upload_id}
        try:
            self._send_all(upload)
        except BaseException as error:
            # The first error is the one to see: neither what it led to, nor what dropping the parts may run into.
            with contextlib.suppress(BaseRuntimeError):
                self._call("end", EndedUpload, EndUploadRequest(**upload, parts=()))
            if self._failure is not None and self._failure is not error:
                raise self._failure from None
            raise
        return begun.uri

    def _send_all(self, upload: dict[str, Any]) -> None:
        places = _Places(self._content.parts, lambda asked: self._places(upload, asked))
        sent = tuple(in_parallel(lambda part: self._sent(part, places), self._content.parts, _CONCURRENCY))
        if self._content.was_changed():
            raise changed(self._content.path)
        self._call("end", EndedUpload, EndUploadRequest(**upload, parts=sent))

    def _sent(self, part: UploadPart, places: _Places) -> UploadPart:
        try:
            return self._send(part, places)
        except BaseException as error:
            if not isinstance(error, Stopped):
                self._failure = self._failure or error
            self._stopped.set()
            raise

    def _send(self, part: UploadPart, places: _Places) -> UploadPart:
        go_on(self._stopped, self._content.path)
        told = self._moved.piece(part.number)

        def moved(moved_bytes: int) -> None:
            go_on(self._stopped, self._content.path)
            told(moved_bytes)

        start = self._content.start_of(part)
        try:
            etag = self._client.put(
                places.of(part), lambda: slice_of(self._content.path, start, part.size_bytes, moved), part.size_bytes
            )
        except BaseRuntimeError:
            if self._content.was_changed():
                raise changed(self._content.path) from None
            raise
        return part.model_copy(update={"etag": etag})

    def _places(self, upload: dict[str, Any], parts: tuple[UploadPart, ...]) -> tuple[PresignedUpload, ...]:
        return self._call("", UploadParts, UploadPartsRequest(**upload, parts=parts)).uploads

    def _call(self, step: str, answer: type[ModelT], body: Model) -> ModelT:
        return self._client.call("POST", path_of("uploads", "parts", *filter(None, [step])), answer, body=body)


def go_on(stopped: threading.Event, path: Path) -> None:
    """Nothing, unless the upload is to end.

    Raises:
        Stopped: It is.
    """
    if stopped.is_set():
        raise Stopped(f"the upload of {path} was stopped")


class _Places:
    """Where parts are put. Places are asked for by the page, and again when they get old. Safe for threads."""

    def __init__(
        self,
        parts: tuple[UploadPart, ...],
        ask: Callable[[tuple[UploadPart, ...]], tuple[PresignedUpload, ...]],
    ) -> None:
        self._parts = parts
        self._ask = ask
        self._known: dict[int, tuple[PresignedUpload, float]] = {}
        self._lock = threading.Lock()

    def of(self, part: UploadPart) -> PresignedUpload:
        with self._lock:
            place, until = self._known.get(part.number, (None, 0.0))
            if place is not None and time.monotonic() < until:
                return place
            page = self._parts[part.number - 1 : part.number - 1 + _PAGE]
            until = time.monotonic() + _TRUSTED_S
            signed = self._ask(page)
            self._known = {each.number: (place, until) for each, place in zip(page, signed, strict=True)}
            return signed[0]
