"""The client of the HTTP API: signed, retried, typed. All of `flyte.remote` and `flyte.deploy` goes through it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlencode

from flyte import errors
from flyte._in_task import backend_of_task, scope_of_program
from flyte._initialize import require_backend
from flyte._names import checked
from flyte._version import __version__

from ._endpoint import Endpoint, parse_endpoint
from ._problems import UNREACHABLE, error_of, not_a_backend, parse_problem, unreachable
from ._signing import Signer, SigV4Signer
from ._transport import UPLOAD_READ_TIMEOUT_S, Request, Response, Transport, Unreachable, Urllib3Transport

if TYPE_CHECKING:
    from flyte.config import PlatformConfig
    from flyte.protocol.api import PresignedUpload
    from flyte.protocol.model import Model

ModelT = TypeVar("ModelT", bound="Model")
Query = Mapping[str, str | int | Sequence[str] | None]
Progress = Callable[[int], None]
"""Called with the bytes sent so far."""

ATTEMPTS = 4
RETRY_WINDOW_S = 100.0
"""Longer than two answers that never come: a backend that is busy for a while is no reason to give a run up."""
BULK_ATTEMPTS = 7
"""Of one part of a large file, which may take longer than any such window: a network that is gone for about ten
seconds must not cost all the other parts."""
RETRIED_STATUS = frozenset({429, 500, 502, 503, 504})


class Again(Exception):  # noqa: N818 - asks for a retry, and never leaves a client
    """An attempt that is worth repeating, with the error to raise if there is no further one."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class ApiClient:
    """Calls the API at one endpoint. Safe for threads; every method has blocking work done in one.

    Args:
        endpoint: Where the API is.
        transport: What carries requests.
        signer: What signs them.
        first_retry_delay_s: Delay before the first retry; it doubles, with jitter.
    """

    def __init__(
        self, endpoint: Endpoint, transport: Transport, signer: Signer, *, first_retry_delay_s: float = 0.1
    ) -> None:
        self.endpoint = endpoint
        self._transport = transport
        self._signer = signer
        self._first_retry_delay_s = first_retry_delay_s

    async def get(self, path: str, answer: type[ModelT], query: Query | None = None) -> ModelT:
        """GET, with the answer as a model."""
        return await asyncio.to_thread(self.call, "GET", path, answer, query=query)

    async def post(self, path: str, body: Model, answer: type[ModelT], idempotency_key: str | None = None) -> ModelT:
        """POST of a model, with the answer as a model."""
        return await asyncio.to_thread(self.call, "POST", path, answer, body=body, idempotency_key=idempotency_key)

    def call(
        self,
        method: str,
        path: str,
        answer: type[ModelT],
        *,
        body: Model | None = None,
        query: Query | None = None,
        idempotency_key: str | None = None,
    ) -> ModelT:
        """One call of the API, retried where that can help.

        Args:
            method: GET or POST.
            path: The path after the endpoint, quoted: see `path_of`.
            answer: The model of the answer's body.
            body: The request's body.
            query: Parameters; those that are None are left out, of those that are several each is sent.
            idempotency_key: The same for each repetition of a request that makes something new.

        Raises:
            ArtifactsMissing: uploads are to be made before the same call is made again.
            BaseRuntimeError: the backend cannot be reached, refuses, or answers with a problem.
        """
        chosen = {name: value for name, value in (query or {}).items() if value is not None}
        url = f"{self.endpoint.url}{path}" + (f"?{urlencode(chosen, doseq=True)}" if chosen else "")
        data = b"" if body is None else body.to_json().encode()
        headers = {"accept": "application/json", "user-agent": f"flyte-lambda/{__version__}"}
        if body is not None:
            headers["content-type"] = "application/json"
        if idempotency_key is not None:
            headers["idempotency-key"] = idempotency_key

        def attempt() -> Response:
            signed = self._signer.sign(method, url, headers, data)
            return self._transport.send(Request(method, url, signed, data or None))

        response = self._retried(attempt)
        if not 200 <= response.status < 300:
            raise self._failure(response)
        return self._read(response, answer)

    async def upload(
        self,
        target: PresignedUpload,
        open_body: Callable[[], IO[bytes]],
        size_bytes: int,
        progress: Progress | None = None,
    ) -> None:
        """`put`, in a thread."""
        await asyncio.to_thread(self.put, target, open_body, size_bytes, progress)

    def put(
        self,
        target: PresignedUpload,
        open_body: Callable[[], IO[bytes]],
        size_bytes: int,
        progress: Progress | None = None,
    ) -> str:
        """Puts an object, or a part of one, where a presigned URL says. What is there already is left alone.

        Args:
            target: The URL and the headers that were signed with it.
            open_body: Opens the bytes; called again for each attempt.
            size_bytes: How many bytes there are.
            progress: Called with the bytes sent; it begins anew with each attempt.

        Returns:
            Its ETag; empty if it was there already.
        """
        headers = {"content-length": str(size_bytes), **{k.lower(): v for k, v in target.headers.items()}}

        def attempt() -> Response:
            with open_body() as body:
                watched: Any = body if progress is None else _Watched(body, progress)
                # An empty file is sent as empty bytes: urllib3 would send it in chunks, which S3 does not take.
                content = watched if size_bytes else b""
                return self._transport.send(Request("PUT", target.url, headers, content, UPLOAD_READ_TIMEOUT_S))

        response = self._retried(attempt, BULK_ATTEMPTS, None)
        if response.status == 412:  # If-None-Match: the same bytes are there already
            return ""
        if not 200 <= response.status < 300:
            said = response.body[:500].decode(errors="replace")
            raise errors.RuntimeSystemError(
                UNREACHABLE, f"the upload of {target.uri} failed with status {response.status}: {said}"
            )
        return response.headers.get("etag", "")

    async def download(self, url: str) -> bytes:
        """The bytes behind a presigned URL."""
        response = await asyncio.to_thread(self._retried, lambda: self._transport.send(Request("GET", url)))
        if response.status != 200:
            raise errors.RuntimeSystemError(UNREACHABLE, f"a download failed with status {response.status}; try again")
        return response.body

    def read_range(self, url: str, start: int, end: int) -> bytes:
        """Bytes behind a presigned URL, from `start` to before `end`. Blocks; safe for threads."""
        headers = {"range": f"bytes={start}-{end - 1}"}
        request = Request("GET", url, headers, read_timeout_s=UPLOAD_READ_TIMEOUT_S)
        response = self._retried(lambda: self._transport.send(request), BULK_ATTEMPTS, None)
        if response.status not in {200, 206}:
            raise errors.RuntimeSystemError(UNREACHABLE, f"a download failed with status {response.status}; try again")
        return response.body if response.status == 206 else response.body[start:end]

    def _retried(
        self,
        attempt: Callable[[], Response],
        attempts: int = ATTEMPTS,
        window_s: float | None = RETRY_WINDOW_S,
    ) -> Response:
        import stamina

        # Retries are nothing that a user must hear of; a program that sets up logging still can.
        logging.getLogger("stamina").addHandler(_SILENT)
        delays = {"wait_initial": self._first_retry_delay_s, "wait_jitter": self._first_retry_delay_s * 5}
        try:
            for each in stamina.retry_context(on=Again, attempts=attempts, timeout=window_s, wait_max=3.0, **delays):
                with each:
                    return self._once(attempt)
        except Again as last:
            raise last.error from last.__cause__
        raise AssertionError("a retry context ends by a value or an error")  # pragma: no cover

    def _once(self, attempt: Callable[[], Response]) -> Response:
        try:
            response = attempt()
        except Unreachable as error:
            raise Again(unreachable(self.endpoint.url, str(error))) from error
        if response.status in RETRIED_STATUS:
            raise Again(error_of(self.endpoint.url, response))
        return response

    def _failure(self, response: Response) -> Exception:
        problem = parse_problem(response) if response.status == 409 else None
        if problem is not None and problem.code == "ArtifactsMissing":
            return ArtifactsMissing(problem.missing_artifacts)
        return error_of(self.endpoint.url, response)

    def _read(self, response: Response, answer: type[ModelT]) -> ModelT:
        from pydantic import ValidationError

        try:
            # By the standard library: pydantic's own parser ends at 200 levels, and a user's value may have as many.
            # Fields that a newer backend adds are no reason to fail.
            return answer.model_validate(json.loads(response.body), extra="ignore")
        except (ValidationError, ValueError) as error:
            raise not_a_backend(self.endpoint.url, response) from error


class ArtifactsMissing(Exception):  # noqa: N818 - an answer, not a failure
    """The backend lacks artifacts that a request names: upload them, then send the same request again."""

    def __init__(self, uploads: tuple[PresignedUpload, ...]) -> None:
        super().__init__(f"{len(uploads)} artifacts are to be uploaded")
        self.uploads = uploads


class _Watched:
    """A file that tells how much of it was read."""

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self._file = file
        self._progress = progress
        self._sent_bytes = 0

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        if block:
            self._sent_bytes += len(block)
            self._progress(self._sent_bytes)
        return block


_SILENT = logging.NullHandler()


def path_of(*parts: str) -> str:
    """`/v1/…` of these parts, each quoted."""
    return "/v1/" + "/".join(quote(part, safe="") for part in parts)


def scope_path(project: str, domain: str, *parts: str) -> str:
    """`/v1/projects/{project}/domains/{domain}/…`.

    Raises:
        RuntimeUserError: A name in it cannot be one.
    """
    return path_of("projects", checked("project", project), "domains", checked("domain", domain), *parts)


def get_client() -> ApiClient:
    """The client of the configured backend.

    Raises:
        InitializationError: none is configured; or this process loads a program for the backend, and runs no task yet.
    """
    task = backend_of_task()
    if task is not None:
        return task.client
    platform = require_backend().platform
    if scope_of_program() is not None:
        raise errors.InitializationError(
            "InitializationError",
            "user",
            "it starts a run, or asks the backend something, as soon as it is imported, which the backend does before "
            'each task: put such calls below `if __name__ == "__main__":`',
        )
    return client_for(platform)


@lru_cache(maxsize=8)
def client_for(platform: PlatformConfig) -> ApiClient:
    """The client of that backend, with its kept connections."""
    if platform.endpoint is None:
        raise AssertionError("a client is made only where an endpoint is configured")
    endpoint = parse_endpoint(platform.endpoint, insecure=platform.insecure)
    signer = SigV4Signer(endpoint, region=platform.region, profile=platform.profile)
    return ApiClient(endpoint, Urllib3Transport(endpoint, platform), signer)
