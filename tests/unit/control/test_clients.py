"""AWS clients: how many connections they keep."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from functions.control.clients import Clients

if TYPE_CHECKING:
    import pytest

THREADS = 24
"""Those that answer a task, and those that start its children."""


class Table(BaseHTTPRequestHandler):
    """A table without items. It answers once all threads have asked."""

    protocol_version = "HTTP/1.1"
    connections = 0
    all_have_asked = threading.Barrier(THREADS, timeout=10)

    def setup(self) -> None:
        super().setup()
        type(self).connections += 1

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.all_have_asked.wait()
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_each_thread_finds_a_connection_that_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Table)
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    dynamodb = Clients().dynamodb
    try:
        with ThreadPoolExecutor(THREADS) as threads:
            for _round in range(3):
                asked = [threads.submit(dynamodb.list_tables) for _ in range(THREADS)]
                assert all(each.result(20) for each in asked)
    finally:
        dynamodb.close()
        server.shutdown()
        serving.join()
        server.server_close()
    assert Table.connections == THREADS
