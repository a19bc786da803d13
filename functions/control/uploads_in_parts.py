"""Large objects of clients, uploaded in parts. S3 checks each part's digest, and all of them make the object's name."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from flyte.protocol import limits
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
from functions.control.artifacts import upload_key
from functions.control.errors import DataNotFoundError, InvalidRequestError
from functions.control.objects import checksum_of, object_size
from functions.control.transfers import folder_key

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

    from functions.control.clients import Clients
    from functions.control.settings import Settings

_IS_THERE = "PreconditionFailed"
_NO_SUCH_UPLOAD = "NoSuchUpload"
_PARTS_AT_FAULT = frozenset({"InvalidPart", "InvalidPartOrder", "EntityTooSmall", "BadDigest", "InvalidRequest"})


class UploadsInParts:
    """Begins uploads, signs places for their parts, and ends them. What is never ended, the bucket drops after days."""

    def __init__(self, settings: Settings, clients: Clients) -> None:
        self._bucket = settings.bucket
        self._clients = clients

    def begin(self, asked: BeginUploadRequest) -> BegunUpload:
        """A new upload, or none where the same content is in the bucket already.

        Raises:
            InvalidRequestError: The file's name or path cannot be one.
        """
        key = _key_of(asked)
        uri = f"s3://{self._bucket}/{key}"
        if object_size(self._clients.s3, self._bucket, key) == asked.size_bytes:
            return BegunUpload(uri=uri)
        begun = self._clients.s3.create_multipart_upload(
            Bucket=self._bucket,
            Key=key,
            ContentType="application/octet-stream",
            ChecksumAlgorithm="SHA256",
            ChecksumType="COMPOSITE",
        )
        return BegunUpload(uri=uri, upload_id=begun["UploadId"])

    def places(self, asked: UploadPartsRequest) -> UploadParts:
        """A PUT for each part, of exactly its bytes.

        Raises:
            InvalidRequestError: The URI is not of an upload of that project and domain.
        """
        key = self._key(asked)
        return UploadParts(uploads=tuple(self._signed(asked, key, part) for part in asked.parts))

    def end(self, asked: EndUploadRequest) -> EndedUpload:
        """The object of these parts, or nothing of it if there are none.

        Raises:
            DataNotFoundError: There is no such upload: it was dropped.
            InvalidRequestError: The parts are not those that the object is named by, or not what was sent.
        """
        key = self._key(asked)
        if not asked.parts:
            self._drop(key, asked.upload_id)
            return EndedUpload(uri=asked.uri, exists=False)
        _, _, _, digest, *path = key.split("/")
        if len(path) == 1 and _digest(asked.parts) != digest:
            raise InvalidRequestError(f"parts: they are not those that {asked.uri} is named by: begin a new upload.")
        self._complete(key, asked)
        return EndedUpload(uri=asked.uri, exists=True)

    def _complete(self, key: str, asked: EndUploadRequest) -> None:
        try:
            self._clients.s3.complete_multipart_upload(
                Bucket=self._bucket,
                Key=key,
                UploadId=asked.upload_id,
                MultipartUpload={"Parts": [_completed(part) for part in asked.parts]},
                IfNoneMatch="*",
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == _IS_THERE:
                # What others may have read stays as it is.
                self._drop(key, asked.upload_id)
                return
            if code == _NO_SUCH_UPLOAD:
                # This request sent again, or the same file brought by another client meanwhile.
                if object_size(self._clients.s3, self._bucket, key) == sum(part.size_bytes for part in asked.parts):
                    return
                raise DataNotFoundError(f"The upload of {asked.uri} was dropped: upload the file again.") from error
            if code in _PARTS_AT_FAULT:
                raise InvalidRequestError(
                    f"parts: S3 refused to make {asked.uri} of them: {error.response['Error']['Message']}"
                ) from error
            raise

    def _drop(self, key: str, upload_id: str) -> None:
        try:
            self._clients.s3.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload_id)
        except ClientError as error:
            if error.response["Error"]["Code"] != _NO_SUCH_UPLOAD:
                raise

    def _key(self, asked: UploadPartsRequest | EndUploadRequest) -> str:
        key = asked.uri.removeprefix(f"s3://{self._bucket}/")
        if key == asked.uri or not key.startswith(f"uploads/{asked.project}/{asked.domain}/"):
            raise InvalidRequestError(
                f"uri: {asked.uri!r} is no upload of {asked.project}/{asked.domain} in this backend."
            )
        return key

    def _signed(self, asked: UploadPartsRequest, key: str, part: UploadPart) -> PresignedUpload:
        checksum = checksum_of(part.sha256)
        url = self._clients.s3.generate_presigned_url(
            "upload_part",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "UploadId": asked.upload_id,
                "PartNumber": part.number,
                "ContentLength": part.size_bytes,
                "ChecksumSHA256": checksum,
            },
            ExpiresIn=limits.PRESIGNED_URL_EXPIRY_S,
        )
        headers = {"content-length": str(part.size_bytes), "x-amz-checksum-sha256": checksum}
        return PresignedUpload(url=url, headers=headers, uri=asked.uri)


def _key_of(asked: BeginUploadRequest) -> str:
    if asked.folder_sha256 is None:
        return upload_key(asked.project, asked.domain, asked.sha256, asked.filename)
    name, _, path = asked.filename.partition("/")
    return folder_key(asked.project, asked.domain, asked.folder_sha256, name, path, size_bytes=asked.size_bytes)


def _digest(parts: tuple[UploadPart, ...]) -> str:
    return hashlib.sha256(b"".join(bytes.fromhex(part.sha256) for part in parts)).hexdigest()


def _completed(part: UploadPart) -> CompletedPartTypeDef:
    return {"PartNumber": part.number, "ETag": part.etag, "ChecksumSHA256": checksum_of(part.sha256)}
