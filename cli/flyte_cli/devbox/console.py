"""The console's process beside the devbox: started, found again and stopped. It holds no data."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flyte._version import __version__

from . import locks
from .server import HOST, REGION

if TYPE_CHECKING:
    from collections.abc import Callable

    from .home import DevboxHome

_START_TIMEOUT_S = 20.0
_STOP_TIMEOUT_S = 10.0
_POLL_S = 0.02

_children: list[subprocess.Popen[bytes]] = []
"""Those that this very process has started; they outlive it."""


@dataclass(frozen=True, slots=True)
class RunningConsole:
    """A console that answers."""

    pid: int
    port: int
    endpoint: str
    version: str

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self.port}"


def running(home: DevboxHome) -> RunningConsole | None:
    """The console of this home, if there is one that listens already."""
    if not locks.is_locked(home.console_lock):
        return None
    try:
        told = json.loads(home.console_lock.read_text())
        return RunningConsole(told["pid"], told["port"], told["endpoint"], told["version"])
    except (ValueError, KeyError):  # it is about to write who it is
        return None


def ensure(home: DevboxHome, endpoint: str, preferred_port: int | None = None) -> RunningConsole | None:
    """A console of this version for this endpoint: the one that runs, or a new one; None where it does not start."""
    found = running(home)
    if found and (found.endpoint, found.version) == (endpoint, __version__):
        return found
    stop(home)
    settings = {
        "lock": str(home.console_lock),
        "endpoint": endpoint,
        "region": REGION,
        "port": found.port if found else preferred_port,
        "version": __version__,
    }
    with home.console_log.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-P", "-m", "flyte_cli.console", json.dumps(settings)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=home.root,
            start_new_session=True,  # Ctrl-C in this terminal is not meant for it
        )
    _children[:] = [child for child in (*_children, process) if child.poll() is None]
    _wait_until(lambda: process.poll() is not None or _serves(home, process.pid), _START_TIMEOUT_S)
    return running(home)


def stop(home: DevboxHome) -> None:
    """End the console, if one runs."""
    found = running(home)
    if found is None:
        return
    try:
        os.kill(found.pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    _wait_until(lambda: not locks.is_locked(home.console_lock), _STOP_TIMEOUT_S)
    _children[:] = [child for child in _children if child.poll() is None]


def _serves(home: DevboxHome, pid: int) -> bool:
    found = running(home)
    return found is not None and found.pid == pid


def _wait_until(condition: Callable[[], bool], timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(_POLL_S)
