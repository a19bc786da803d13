"""Requests that name artifacts: what the backend lacks is uploaded, then the same request is made again."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, TYPE_CHECKING

from flyte import errors

from ._http import ApiClient, ArtifactsMissing, ModelT
from ._progress import watched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte.protocol.api import PresignedUpload
    from flyte.protocol.model import Model

OpenArtifact = Callable[[], IO[bytes]]
"""Opens an artifact's bytes at their beginning."""


async def post_with_artifacts(
    client: ApiClient,
    path: str,
    body: Model,
    answer: type[ModelT],
    artifacts: Mapping[str, OpenArtifact],
    idempotency_key: str | None = None,
) -> ModelT:
    """POST; where artifacts are missing, their upload and the same POST again.

    Args:
        client: The client.
        path: The path of the API.
        body: The request, which names artifacts.
        answer: The model of the answer.
        artifacts: How to open the artifacts, by their sha256.
        idempotency_key: The same for both requests: they are one.

    Raises:
        RuntimeSystemError: the backend asks for an artifact that is not ours, or does not see the upload.
    """
    try:
        return await client.post(path, body, answer, idempotency_key)
    except ArtifactsMissing as missing:
        uploads = missing.uploads
    for upload in uploads:
        await _upload(client, upload, artifacts)
    try:
        return await client.post(path, body, answer, idempotency_key)
    except ArtifactsMissing as missing:
        names = ", ".join(upload.uri for upload in missing.uploads)
        raise errors.RuntimeSystemError(
            "ArtifactsMissing", f"the backend does not see what was just uploaded ({names}); try again"
        ) from None


async def _upload(client: ApiClient, upload: PresignedUpload, artifacts: Mapping[str, OpenArtifact]) -> None:
    artifact = upload.artifact
    if artifact is None or artifact.sha256 not in artifacts:
        raise errors.RuntimeSystemError(
            "ArtifactsMissing",
            f"the backend lacks {upload.uri}, and nothing here can upload it: deploy the task again",
        )
    with watched("upload", f"{artifact.kind.value} {artifact.sha256[:12]}", artifact.size_bytes) as moved:
        await client.upload(upload, artifacts[artifact.sha256], artifact.size_bytes, moved.piece())
