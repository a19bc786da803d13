"""What the console's server answers: its own files, its settings, and the API behind it. Knows no sockets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from .arrivals import Arrivals
from .folders import upload_folder
from .messages import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .forwarding import Forwarding
    from .guard import Guard
    from .messages import Asked
    from .static_files import StaticFiles
    from .transfers import Transfers

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

SAFETY = {
    "content-security-policy": CONTENT_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""On every answer; an answer's own headers go before them."""


@dataclass(frozen=True, slots=True)
class Application:
    """Chooses who answers, once the guard has let a request in."""

    guard: Guard
    settings: Mapping[str, Any]
    forwarding: Forwarding
    transfers: Transfers
    files: StaticFiles
    arrivals: Arrivals = field(default_factory=Arrivals)

    def answer(self, asked: Asked) -> Answer:
        """The answer, whatever is asked."""
        answer = self.guard.refusal_of_host(asked) or self._answer(asked)
        return replace(answer, headers={**SAFETY, **answer.headers})

    def _answer(self, asked: Asked) -> Answer:
        path = asked.path
        if path.startswith("/v1/"):
            return self.guard.refusal(asked) or self.forwarding.answer(asked)
        if path.startswith(("/files/", "/folders/")):
            return self.guard.refusal(asked) or self._upload(asked)
        if asked.method not in {"GET", "HEAD"}:
            message = f"{path} is only read: with GET, not with {asked.method}."
            return Answer.problem(HTTPStatus.METHOD_NOT_ALLOWED, "MethodNotAllowed", message)
        if path in {"/settings.json", "/data"} or path.startswith("/uploads/"):
            return self.guard.refusal(asked) or self._read(asked)
        return self.guard.entrance(asked) or self.files.answer(asked)

    def _read(self, asked: Asked) -> Answer:
        if asked.path.startswith("/uploads/"):
            return self.arrivals.answer(asked.path.removeprefix("/uploads/"))
        return Answer.document(self.settings) if asked.path == "/settings.json" else self.transfers.download(asked)

    def _upload(self, asked: Asked) -> Answer:
        if asked.method != "PUT":
            message = f"{asked.path} takes a file or folder: with PUT, not with {asked.method}."
            return Answer.problem(HTTPStatus.METHOD_NOT_ALLOWED, "MethodNotAllowed", message)
        with self.arrivals.watched(asked) as counted:
            if asked.path.startswith("/folders/"):
                return upload_folder(self.transfers.client, counted, asked.path.removeprefix("/folders/"))
            return self.transfers.upload(counted, asked.path.removeprefix("/files/"))
