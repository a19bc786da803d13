"""Inputs, outputs and long error texts: small ones beside the record, large ones in the bucket."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flyte.protocol import limits
from flyte.protocol.identity import ActionId
from flyte.protocol.runs import ErrorRecord
from functions.control.attributes import Item
from functions.control.objects import object_size

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings


@dataclass(frozen=True, slots=True)
class StoredPayload:
    """A payload's JSON text, or where it lies. Exactly one of the two is given."""

    text: str | None = None
    uri: str | None = None


class Payloads:
    """Reads and writes JSON documents in the bucket."""

    def __init__(self, settings: Settings, clients: Clients) -> None:
        self._bucket = settings.bucket
        self._clients = clients

    def store(self, text: str, key: str, *, inline_bytes: int = limits.INLINE_IO_BYTES) -> StoredPayload:
        """Keeps a JSON text inline if it has at most `inline_bytes`, else puts it under `key`."""
        body = text.encode()
        if len(body) <= inline_bytes:
            return StoredPayload(text=text)
        self._clients.s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json")
        return StoredPayload(uri=self.uri(key))

    def read(self, uri: str) -> bytes:
        """The document at an `s3://` URI of this bucket."""
        return self._clients.s3.get_object(Bucket=self._bucket, Key=self.key(uri))["Body"].read()

    def outputs(self, item: Item, *, may_be_gone: bool = False) -> str | None:
        """The outputs that an item tells of, as JSON text; None if it has none.

        Args:
            item: An action's, or that of a kept result.
            may_be_gone: Whether to look first if they are still in the bucket; None if they are not.
        """
        text: str | None = item.get("outputs")
        if text is not None or "outputs_uri" not in item:
            return text
        uri = item["outputs_uri"]
        return None if may_be_gone and self.size(uri) is None else self.read(uri).decode()

    def size(self, uri: str) -> int | None:
        """Bytes of the document at `uri`; None if there is none."""
        return object_size(self._clients.s3, self._bucket, self.key(uri))

    def presigned_get(self, uri: str) -> str:
        """A URL that reads the document, for `limits.PRESIGNED_URL_EXPIRY_S`."""
        return self._clients.s3.generate_presigned_url(
            "get_object",
            Params={"Bucket": self._bucket, "Key": self.key(uri)},
            ExpiresIn=limits.PRESIGNED_URL_EXPIRY_S,
        )

    def store_error(self, error: ErrorRecord, action: ActionId, attempt: int) -> ErrorRecord:
        """The error as it fits a record: texts cut to `limits.ERROR_TEXT_BYTES`, the whole in the bucket if so."""
        cut = error.model_copy(
            update={
                "message": cut_text(error.message, limits.ERROR_TEXT_BYTES),
                # A traceback's end says the most.
                "traceback": cut_text(error.traceback, limits.ERROR_TEXT_BYTES, keep_end=True),
            }
        )
        if cut == error:
            return error
        key = attempt_key(action, attempt, "error.json")
        body = json.dumps(error.to_dict()).encode()
        self._clients.s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json")
        return cut.model_copy(update={"full_text_uri": self.uri(key)})

    def uri(self, key: str) -> str:
        """The `s3://` URI of a key in the bucket."""
        return f"s3://{self._bucket}/{key}"

    def key(self, uri: str) -> str:
        """The key of an `s3://` URI in this bucket.

        Raises:
            ValueError: The URI is of another bucket, or no such URI.
        """
        parts = urlsplit(uri)
        if parts.scheme != "s3" or parts.netloc != self._bucket:
            raise ValueError(f"{uri} is not in the bucket {self._bucket}")
        return parts.path.removeprefix("/")


def attempt_key(action: ActionId, attempt: int, name: str) -> str:
    """Where one attempt writes. Its own place, so that a late loser overwrites nothing of the winner's."""
    return f"{action.s3_prefix}/attempts/{attempt}/{name}"


def cut_text(text: str, max_bytes: int, *, keep_end: bool = False) -> str:
    """At most `max_bytes` of UTF-8, whole characters only, with an ellipsis where something is missing."""
    encoded = text.encode()
    if len(encoded) <= max_bytes:
        return text
    room = max_bytes - len("…".encode())
    if keep_end:
        return "…" + encoded[len(encoded) - room :].decode(errors="ignore")
    return encoded[:room].decode(errors="ignore") + "…"
