"""A console in front of a backend that is a list of answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from flyte.remote._endpoint import parse_endpoint
from flyte.remote._http import ApiClient
from flyte_cli.console.application import Application
from flyte_cli.console.forwarding import Forwarding
from flyte_cli.console.guard import Guard
from flyte_cli.console.messages import Answer, Asked
from flyte_cli.console.static_files import StaticFiles
from flyte_cli.console.transfers import Transfers

if TYPE_CHECKING:
    from pathlib import Path

    from flyte.remote._transport import Request, Response

PORT = 30090
HOST = f"127.0.0.1:{PORT}"
TOKEN = "a-secret"
ENDPOINT = parse_endpoint("https://abc.execute-api.eu-west-1.amazonaws.com")


@dataclass
class FakeBackend:
    """Answers what it was told to, and keeps what it was asked."""

    answers: list[Response | Exception] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        self.asked.append(replace(request, body=request.body if isinstance(request.body, bytes | None) else b"..."))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class FakeSigner:
    """Marks what it signs."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def sign(self, method: str, url: str, headers: Any, body: bytes) -> dict[str, str]:
        if self.error:
            raise self.error
        return {**headers, "authorization": "signed"}


@dataclass
class Browser:
    """Asks as a page of the console does; `headers` change that."""

    application: Application
    cookie: str = f"flyte_console_{PORT}={TOKEN}"

    def ask(self, method: str, target: str, body: bytes | BytesIO = b"", **headers: str | None) -> Answer:
        path, _, query = target.partition("?")
        coming = BytesIO(body) if isinstance(body, bytes) else body
        size_bytes = coming.getbuffer().nbytes
        usual = {
            "host": HOST,
            "cookie": self.cookie,
            "sec-fetch-site": "same-origin",
            "content-length": str(size_bytes) if size_bytes else None,
            "origin": None if method in {"GET", "HEAD"} else f"http://{HOST}",
        }
        given = {**usual, **{name.replace("_", "-"): value for name, value in headers.items()}}
        sent = {name: value for name, value in given.items() if value is not None}
        return self.application.answer(Asked(method, path, query, sent, coming))

    def get(self, target: str, **headers: str | None) -> Answer:
        return self.ask("GET", target, b"", **headers)


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend()


@pytest.fixture
def signer() -> FakeSigner:
    return FakeSigner()


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A console that was built, with a file beside it that is none of its business."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>Console</title>")
    (folder / "assets/index-abc.js").write_text("plain")
    (folder / "assets/index-abc.js.br").write_text("as brotli")
    (folder / "assets/index-abc.js.gz").write_text("as gzip")
    (tmp_path / "secret.txt").write_text("not to be served")
    return folder


@pytest.fixture
def browser(backend: FakeBackend, signer: FakeSigner, built: Path) -> Browser:
    client = ApiClient(ENDPOINT, backend, signer, first_retry_delay_s=0.001)
    return Browser(
        Application(
            guard=Guard(PORT, TOKEN),
            settings={"project": "flytesnacks"},
            forwarding=Forwarding(ENDPOINT, backend, signer),
            transfers=Transfers(client),
            files=StaticFiles(built),
        )
    )
