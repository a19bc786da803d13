"""The console's own files, and nothing else on this machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from flyte_cli.console.messages import Answer, Asked
from flyte_cli.console.static_files import StaticFiles

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Browser

SCRIPT = "/assets/index-abc.js"


def text(answer: Answer) -> str:
    return b"".join(answer.parts).decode()


def test_files_named_by_content_are_kept_for_good(browser: Browser) -> None:
    answer = browser.get(SCRIPT)
    assert text(answer) == "plain"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize(
    ("accepted", "sent", "encoding"),
    [
        ("gzip, deflate, br", "as brotli", "br"),
        ("gzip;q=1.0", "as gzip", "gzip"),
        ("identity", "plain", None),
        ("", "plain", None),
    ],
)
def test_files_go_compressed_as_the_browser_can_read_them(
    browser: Browser, accepted: str, sent: str, encoding: str | None
) -> None:
    answer = browser.get(SCRIPT, accept_encoding=accepted)
    assert (text(answer), answer.headers.get("content-encoding")) == (sent, encoding)
    assert answer.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize("path", ["/", "/p/a/b/runs/r1", "/p/a/b/tasks/e.t/launch"])
def test_every_page_is_the_one_document_which_is_never_kept_unasked(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert text(answer) == "<title>Console</title>"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "//secret.txt",
        "/assets/..\\..\\secret.txt",
        "/assets/index-abc.js/../../../secret.txt",
        "/assets/\0",
    ],
)
def test_no_path_leads_out_of_the_folder(browser: Browser, path: str) -> None:
    assert "not to be served" not in text(browser.get(path))


def test_a_file_of_an_older_build_is_told_to_be_gone(browser: Browser) -> None:
    answer = browser.get("/assets/index-old.js")
    assert answer.status == 404
    assert "Load it again" in text(answer)


def test_what_was_built_anew_is_served_without_a_restart(built: Path) -> None:
    files = StaticFiles(built)
    assert files.answer(Asked("GET", "/assets/new.js")).status == 404
    (built / "assets/new.js").write_text("new")
    os.utime(built / "index.html", ns=(1, 1))
    assert text(files.answer(Asked("GET", "/assets/new.js"))) == "new"


def test_a_console_that_was_not_built_says_how(tmp_path: Path) -> None:
    answer = StaticFiles(tmp_path).answer(Asked("GET", "/"))
    assert answer.status == 503
    assert "make console" in text(answer)
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_files_are_only_read(browser: Browser, method: str) -> None:
    assert browser.ask(method, "/").status == 405
