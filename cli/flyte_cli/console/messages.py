"""What the console's server is asked and what it answers, apart from how both travel."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

JSON = "application/json"


class Body(Protocol):
    """Bytes that come as they are read."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to so many; none at the end."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. Names of headers are lower case; the path is as it was sent, still quoted."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body | None = None
    """The body, of as many bytes as the header `content-length` says."""

    @property
    def size_bytes(self) -> int:
        """The size of the body. The server refuses a length that is no number before anything asks."""
        return int(self.headers.get("content-length") or 0)

    def content(self) -> bytes:
        """The body, read whole."""
        return self.body.read(self.size_bytes) if self.body and self.size_bytes else b""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. Its parts are sent one after the other; `size_bytes` is their sum."""

    status: int
    headers: Mapping[str, str]
    size_bytes: int
    parts: Iterable[bytes] = ()

    @classmethod
    def of(cls, status: int, body: bytes = b"", **headers: str) -> Answer:
        """An answer that is in memory. `content_type` becomes `content-type`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, named, len(body), (body,) if body else ())

    @classmethod
    def document(cls, data: Any, status: int = HTTPStatus.OK, **headers: str) -> Answer:
        """A JSON document, which no cache keeps."""
        return cls.of(status, json.dumps(data).encode(), content_type=JSON, cache_control="no-store", **headers)

    @classmethod
    def problem(cls, status: int, code: str, message: str) -> Answer:
        """A refusal in the form of the API's own."""
        return cls.document({"code": code, "message": message}, status)
