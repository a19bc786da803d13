"""The console beside the devbox: there with it, gone with it, the same while nothing has changed."""

from __future__ import annotations

import json
import os
import signal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.request import ProxyHandler, build_opener

import pytest

from flyte.config import load_config
from flyte_cli.devbox import console, lifecycle, locks
from tests.devbox_fixture import free_port

if TYPE_CHECKING:
    from flyte_cli.devbox.home import DevboxHome

pytestmark = pytest.mark.devbox


def read(url: str) -> Any:
    with build_opener(ProxyHandler({})).open(url, timeout=10) as answer:
        return json.load(answer)


def test_the_devbox_has_a_console_that_shows_it(home: DevboxHome) -> None:
    started = lifecycle.start(free_port(), progress=lambda _: None)
    url = started.status.console
    assert url is not None
    assert read(f"{url}/settings.json")["endpoint"] == started.status.endpoint
    assert "flytesnacks" in [project["id"] for project in read(f"{url}/v1/projects")["projects"]]
    assert started.config_written is not None
    assert load_config(started.config_written, {}).platform.console_endpoint == url
    assert lifecycle.status().console == url
    first = console.running(home)

    lifecycle.start(progress=lambda _: None)
    assert console.running(home) == first

    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    os.waitpid(first.pid, 0)
    assert not locks.is_locked(home.console_lock)
    assert lifecycle.status().console is None
    again = lifecycle.start(progress=lambda _: None)
    assert again.status.console == url, "links to it stay right"

    lifecycle.stop()
    assert console.running(home) is None
    assert lifecycle.status().console is None


def test_a_devbox_whose_console_does_not_start_says_so_and_runs(
    home: DevboxHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "sys", SimpleNamespace(executable="/bin/false"))
    said: list[str] = []
    started = lifecycle.start(free_port(), progress=said.append)
    assert (started.status.state, started.status.console) == ("running", None)
    assert any("The console did not start" in line for line in said)
