"""`flyte console`: the address that it prints lets this browser in, and no other."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from tests.devbox_fixture import Devbox


@pytest.fixture
def entrance(devbox: Devbox, tmp_path: Path) -> Iterator[str]:
    """The address of a console that the command serves meanwhile."""
    command = [str(Path(sys.executable).with_name("flyte")), "console", "--no-open"]
    with subprocess.Popen(
        command, cwd=tmp_path, env={**devbox.environment, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        printed = process.stdout.readline()
        yield printed.split()[-1]
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0


def test_the_printed_address_lets_a_browser_in_and_its_token_is_not_seen_again(
    open_page: Callable[..., Page], entrance: str
) -> None:
    page = open_page(entrance)
    expect(page).to_have_url(re.compile(r"/p/flytesnacks/development/runs$"))
    expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="flytesnacks / development")).to_be_visible()
    [cookie] = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["value"]) == (
        True,
        "Strict",
        entrance.partition("token=")[2],
    )
    assert page.evaluate("document.cookie") == ""


def test_a_browser_without_the_token_is_told_what_to_do(open_page: Callable[..., Page], entrance: str) -> None:
    page = open_page(entrance.partition("?")[0])
    expect(page.get_by_text("TokenMissing")).to_be_visible()
    expect(page.get_by_text("flyte console")).to_be_visible()
