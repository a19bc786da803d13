"""Artifacts in the bucket: which are there, and signed places for those that are not.

A key is its content's sha256, so an artifact is never uploaded twice: what an ephemeral run brought is copied when it
is deployed, and what is deployed serves ephemeral runs too.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from flyte.protocol import limits
from flyte.protocol.api import PresignedUpload, UploadRequest
from flyte.protocol.tasks import ArtifactKind, ArtifactRef
from flyte.protocol.versions import PRUNE_AFTER_HOURS
from functions.control.clock import Clock, utc_now
from functions.control.errors import ArtifactsMissingError, InvalidRequestError
from functions.control.objects import checksum_of

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

    from functions.control.clients import Clients
    from functions.control.settings import Settings

_REMEMBERED_S = 60
"""How long this function trusts, for runs, that an artifact it saw is still there."""

_REFRESH_AFTER = timedelta(days=15)
"""Age at which an ephemeral artifact that is used again is renewed, well before it expires after 30 days."""

_RENEW_DEPLOYED_AFTER = timedelta(hours=PRUNE_AFTER_HOURS / 2)
"""Age at which an artifact that is deployed again is renewed: pruning leaves alone what is younger than a day."""

_CONTENT_TYPE = "application/zip"
_NAME_BYTES = 255

_MAX_BYTES = {
    ArtifactKind.CODE: limits.CODE_ARTIFACT_BYTES,
    ArtifactKind.DEPENDENCIES: limits.DEPENDENCY_ARTIFACT_UNPACKED_BYTES,
}
_WAY_OUT = {
    ArtifactKind.CODE: "Leave files out with .gitignore or .flyteignore, and pass data as flyte.io.File.",
    ArtifactKind.DEPENDENCIES: "Leave packages out of the image, or split the environment.",
}


class Artifacts:
    """Finds artifacts, and signs uploads of those that are missing."""

    def __init__(self, settings: Settings, clients: Clients, now: Clock = utc_now) -> None:
        self._bucket = settings.bucket
        self._clients = clients
        self._now = now
        self._seen: dict[str, float] = {}

    def locate(self, refs: Iterable[ArtifactRef | None], *, ephemeral: bool, renew: bool = False) -> dict[str, str]:
        """The key of each artifact, by its sha256; None among `refs` is passed over.

        A deployment looks for each of them in the bucket: it is rare, and what it registers must last, also when
        somebody deploys again because an artifact has gone. A run may trust what was seen a moment ago.

        Args:
            refs: The artifacts.
            ephemeral: Whether they are for a run that brings them, not for what is deployed.
            renew: Whether they are about to be named by a version, and so must not be pruned in between.

        Raises:
            ArtifactsMissingError: Some are not in the bucket. It carries an upload for each of them.
        """
        wanted = {ref.sha256: ref for ref in refs if ref is not None}
        found = {digest: self._find(ref, ephemeral=ephemeral, renew=renew) for digest, ref in wanted.items()}
        missing = [wanted[digest] for digest, key in found.items() if key is None]
        if missing:
            names = ", ".join(f"{ref.kind.value} {ref.sha256[:12]} ({ref.size_bytes:,} bytes)" for ref in missing)
            raise ArtifactsMissingError(
                f"Artifacts are not in the bucket: {names}. Upload them and send the same request again.",
                tuple(self._upload(ref, ephemeral=ephemeral) for ref in missing),
            )
        return {digest: key for digest, key in found.items() if key is not None}

    def place(self, request: UploadRequest) -> PresignedUpload:
        """A signed place for one object of a client's."""
        key = upload_key(request.project, request.domain, request.sha256, request.filename)
        return self.sign(key, request.sha256, request.size_bytes)

    def _find(self, ref: ArtifactRef, *, ephemeral: bool, renew: bool) -> str | None:
        kept = artifact_key(ref, ephemeral=False)
        brought = artifact_key(ref, ephemeral=True)
        if ephemeral:
            return next((key for key in dict.fromkeys((brought, kept)) if self._is_there(key)), None)
        if self._is_in_bucket(kept, _RENEW_DEPLOYED_AFTER if renew else None):
            return kept
        if brought != kept and self._is_in_bucket(brought):
            self._copy(brought, kept)
            return kept
        return None

    def _is_there(self, key: str) -> bool:
        return time.monotonic() < self._seen.get(key, 0.0) or self._is_in_bucket(key)

    def _is_in_bucket(self, key: str, renew_after: timedelta | None = None) -> bool:
        try:
            head = self._clients.s3.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            # Without s3:ListBucket a missing object answers 403; with it, 404. The roles have it.
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            raise
        self._renew(key, head, _REFRESH_AFTER if key.startswith("ephemeral/") else renew_after)
        self._seen[key] = time.monotonic() + _REMEMBERED_S
        return True

    def _renew(self, key: str, head: HeadObjectOutputTypeDef, after: timedelta | None) -> None:
        if after is not None and self._now() - head["LastModified"] > after:
            self._copy(key, key)

    def _copy(self, source: str, target: str) -> None:
        self._clients.s3.copy_object(
            Bucket=self._bucket,
            Key=target,
            CopySource={"Bucket": self._bucket, "Key": source},
            ContentType=_CONTENT_TYPE,
            MetadataDirective="REPLACE",
        )

    def _upload(self, ref: ArtifactRef, *, ephemeral: bool) -> PresignedUpload:
        allowed = _MAX_BYTES[ref.kind]
        if ref.size_bytes > allowed:
            raise InvalidRequestError(
                f"The {ref.kind.value} artifact has {ref.size_bytes:,} bytes; at most {allowed:,} are allowed. "
                f"{_WAY_OUT[ref.kind]}"
            )
        return self.sign(artifact_key(ref, ephemeral=ephemeral), ref.sha256, ref.size_bytes, _CONTENT_TYPE, ref)

    def sign(
        self,
        key: str,
        sha256: str,
        size_bytes: int,
        content_type: str = "application/octet-stream",
        artifact: ArtifactRef | None = None,
    ) -> PresignedUpload:
        """A PUT under `key` of exactly these bytes, for `limits.PRESIGNED_URL_EXPIRY_S`."""
        checksum = checksum_of(sha256)
        url = self._clients.s3.generate_presigned_url(
            "put_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ContentLength": size_bytes,
                "ContentType": content_type,
                "ChecksumSHA256": checksum,
                "IfNoneMatch": "*",
            },
            ExpiresIn=limits.PRESIGNED_URL_EXPIRY_S,
        )
        return PresignedUpload(
            artifact=artifact,
            url=url,
            headers={
                "content-length": str(size_bytes),
                "content-type": content_type,
                "if-none-match": "*",
                "x-amz-checksum-sha256": checksum,
            },
            uri=f"s3://{self._bucket}/{key}",
        )


def upload_key(project: str, domain: str, sha256: str, filename: str) -> str:
    """Where a client's file lies.

    Raises:
        InvalidRequestError: The name cannot be one.
    """
    if "/" in filename or filename in {"", ".", ".."} or len(filename.encode()) > _NAME_BYTES:
        raise InvalidRequestError(f"{filename!r} is no file name: give a name without slashes.")
    return f"uploads/{project}/{domain}/{sha256}/{filename}"


def artifact_key(ref: ArtifactRef, *, ephemeral: bool) -> str:
    """Where an artifact lies. Dependencies are shared by all, so there is one place for them."""
    if ref.kind is ArtifactKind.DEPENDENCIES:
        return f"dependencies/{ref.sha256}.zip"
    return f"{'ephemeral/' if ephemeral else ''}code/{ref.sha256}.zip"
