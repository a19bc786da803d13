"""Files of the web are read like others, and never written."""

from __future__ import annotations

import asyncio
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from flyte.io import DataFrame, Dir, File

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        if self.path.startswith("/secret"):
            self.send_error(403)
        else:
            super().do_GET()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "a b.csv").write_text("n\n1\n2\n")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_file_of_the_web_is_read_as_others_are(site: str, tmp_path: Path) -> None:
    file: File[str] = File(path=f"{site}/a%20b.csv?token=x")

    async def lines() -> list[bytes]:
        async with file.open() as handle:
            return [line async for line in handle]

    assert file.name == "a b.csv"
    assert file.exists_sync()
    assert asyncio.run(lines()) == [b"n\n", b"1\n", b"2\n"]
    assert file.download_sync(f"{tmp_path}/copies/") == str(tmp_path / "copies" / "a b.csv")
    assert list(DataFrame.from_existing_remote(f"{site}/a%20b.csv").all_sync()["n"]) == [1, 2]


def test_what_cannot_be_read_is_told(site: str) -> None:
    assert not File(path=f"{site}/gone").exists_sync()
    with pytest.raises(FileNotFoundError, match=r"/gone does not exist \(status 404\)"):
        File(path=f"{site}/gone").download_sync()
    with (
        pytest.raises(PermissionError, match=r"/secret may not be read \(status 403\)"),
        File(path=f"{site}/secret").open_sync(),
    ):
        pass
    with pytest.raises(NotADirectoryError, match="has no folders"):
        Dir(path=f"{site}/").list_files_sync()
    with pytest.raises(PermissionError, match="read only"), File(path=f"{site}/new").open_sync("wb"):
        pass
    with pytest.raises(ValueError, match="gs:// is not supported"):
        File(path="gs://b/k").exists_sync()
