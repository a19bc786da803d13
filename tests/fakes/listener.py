"""A webhook on this machine, which keeps what it is told."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Told:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


class Listener(HTTPServer):
    """Keeps what it is told, and answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told: list[Told] = []
        self.status = 204
        self.heard = threading.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    def wait_for(self, count: int, timeout_s: float) -> list[Told]:
        """What it was told, once that is as much as that."""
        with self.heard:
            assert self.heard.wait_for(lambda: len(self.told) >= count, timeout_s), self.told
            return list(self.told)


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener that runs."""
    with Listener() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Listener

    def _hear(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.server.heard:
            told = Told(self.command, self.path, dict(self.headers), json.loads(body) if body else None)
            self.server.told.append(told)
            self.server.heard.notify_all()
        self.send_response(self.server.status)
        self.end_headers()

    do_GET = do_POST = do_PUT = _hear  # noqa: N815 - the base class's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Tests tell what they see themselves."""
