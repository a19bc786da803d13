"""The fixture `devbox`: a real one for the session, shared by the workers of pytest-xdist, with a home of its own."""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Devbox:
    """A running devbox."""

    endpoint: str
    config: Path
    """A configuration file that leads to it."""
    home: Path
    """Its `FLYTE_HOME`."""

    @property
    def environment(self) -> dict[str, str]:
        """For a command or program that is to use it, in a folder without a configuration of its own."""
        return {**os.environ, "FLYTE_HOME": str(self.home), "FLYTECTL_CONFIG": str(self.config)}


def free_port() -> int:
    """A port of the loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def share_cache(home: Path, default: Path) -> None:
    """Let the devbox of `home` use the packages in `$FLYTE_TEST_CACHE`, or in `default` where that is not set."""
    cache = Path(os.environ.get("FLYTE_TEST_CACHE") or default).absolute()
    cache.mkdir(parents=True, exist_ok=True)
    home.mkdir(parents=True, exist_ok=True)
    (home / "cache").symlink_to(cache)


@pytest.fixture(scope="session")
def devbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Devbox]:
    """A running devbox with the real stack. Who needs it first starts it, who needs it last deletes it."""
    from flyte_cli.devbox import lifecycle

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home = shared / "devbox-home"
    with pytest.MonkeyPatch.context() as patch, (shared / "devbox-users").open("a") as users:
        with _one_at_a_time(shared):
            fcntl.flock(users, fcntl.LOCK_SH)
            patch.setenv("FLYTE_HOME", str(home))
            if not home.exists():
                share_cache(home, shared / "devbox-cache")
            running = lifecycle.status()
            if running.state != "running":
                patch.chdir(home.parent)
                running = lifecycle.start(free_port()).status
            assert running.endpoint
            patch.undo()
        yield Devbox(running.endpoint, _config(base, running.endpoint), home)
        with _one_at_a_time(shared):
            patch.setenv("FLYTE_HOME", str(home))
            if _is_last(users.fileno()):
                lifecycle.delete()


@contextmanager
def _one_at_a_time(shared: Path) -> Iterator[None]:
    """Lets one worker at a time start or delete; those that use the devbox are not waited for."""
    with (shared / "devbox-operation").open("a") as operation:
        fcntl.flock(operation, fcntl.LOCK_EX)
        yield


@contextmanager
def running_devbox() -> Iterator[Devbox]:
    """A devbox of its own on a free port, deleted afterwards. Packages stay in the user's cache."""
    from flyte._home import flyte_home
    from flyte_cli.devbox import lifecycle

    cache = flyte_home() / "cache"
    with tempfile.TemporaryDirectory(prefix="flyte-devbox-") as folder, pytest.MonkeyPatch.context() as patch:
        home = Path(folder) / "home"
        share_cache(home, cache)
        patch.setenv("FLYTE_HOME", str(home))
        patch.chdir(folder)
        try:
            endpoint = lifecycle.start(free_port()).status.endpoint
            assert endpoint
            yield Devbox(endpoint, _config(Path(folder), endpoint), home)
        finally:
            lifecycle.delete()


def _config(folder: Path, endpoint: str) -> Path:
    from flyte.config import write_config
    from flyte_cli.devbox.client_config import for_endpoint

    return write_config(for_endpoint(endpoint), folder / "devbox-config.yaml", force=True)


def _is_last(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
