"""The console's HTTP server on 127.0.0.1: reads requests, has them answered, writes the answers."""

from __future__ import annotations

import socket
import traceback
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flyte._version import __version__
from flyte.errors import BaseRuntimeError

from .messages import Answer, Asked, Body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HOST = "127.0.0.1"
MAX_BODY_BYTES = 5 * 1024**3
"""Of an uploaded file. Calls of the API are bounded by API Gateway."""

_IDLE_S = 60.0
"""After this long without a request, a kept connection and its thread end."""


class ConsoleServer(ThreadingHTTPServer):
    """Listens as soon as it is made; answers once `application` is set and it serves.

    Args:
        ports: The ports to try, in this order; 0 is any free one.

    Raises:
        OSError: None of them is free.
    """

    daemon_threads = True
    application: Callable[[Asked], Answer]

    def __init__(self, ports: Iterable[int]) -> None:
        super().__init__((HOST, 0), _Handler, bind_and_activate=False)
        try:
            self._bind(list(ports))
            self.server_activate()
        except BaseException:
            self.server_close()
            raise

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self.server_address[1]
        return port

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    def server_bind(self) -> None:
        """Binds, without asking for this host's name, which can take seconds and is needed by nobody."""
        # A port whose last connections are still being forgotten is free: links to this console stay right.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.port

    def _bind(self, ports: list[int]) -> None:
        for place, port in enumerate(ports):
            self.server_address = (HOST, port)
            try:
                self.server_bind()
            except OSError:
                if place + 1 == len(ports):
                    raise
            else:
                return


class _Handler(BaseHTTPRequestHandler):
    """One connection of a browser."""

    protocol_version = "HTTP/1.1"
    server_version = f"flyte-lambda/{__version__}"
    sys_version = ""
    timeout = _IDLE_S
    server: ConsoleServer

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = headers.get("content-length", "0")
        target = urlsplit(self.path)
        if "transfer-encoding" in headers or not length.isdecimal() or int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            message = f"A body needs a header Content-Length of at most {MAX_BODY_BYTES} bytes."
            self._send(Answer.problem(HTTPStatus.LENGTH_REQUIRED, "BadRequest", message))
            return
        body = _Body(self.rfile, int(length))
        answer = self._answer(Asked(self.command, target.path, target.query, headers, body))
        # What was refused unread would be taken for the next request.
        self.close_connection = self.close_connection or body.left_bytes > 0
        self._send(answer)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815 - the base class names them

    def _answer(self, asked: Asked) -> Answer:
        try:
            return self.server.application(asked)
        except Exception:  # noqa: BLE001 - the page must be told of a fault of ours too
            traceback.print_exc()
            message = f"The console's server failed on {asked.method} {asked.path}. Where it runs, it printed why."
            return Answer.problem(HTTPStatus.INTERNAL_SERVER_ERROR, "ConsoleFailed", message)

    def _send(self, answer: Answer) -> None:
        try:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != HTTPStatus.NOT_MODIFIED:
                self.send_header("content-length", str(answer.size_bytes))
            if self.close_connection:
                self.send_header("connection", "close")
            self.end_headers()
            if self.command != "HEAD":
                for part in answer.parts:
                    self.wfile.write(part)
        except (ConnectionError, BaseRuntimeError):
            # The browser has left the page; or the bucket does not answer any more, and a download that is cut off
            # is the one way left to say so.
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Nothing: the API logs what it is asked, and addresses here can hold the token."""


class _Body:
    """The body of one request: never more of the connection than belongs to it."""

    def __init__(self, connection: Body, size_bytes: int) -> None:
        self._connection = connection
        self.left_bytes = size_bytes

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes; none once the body has been read."""
        wanted = self.left_bytes if size < 0 else min(size, self.left_bytes)
        block = self._connection.read(wanted) if wanted else b""
        self.left_bytes -= len(block)
        return block
