"""A home for a devbox of a test's own, which is gone when the test is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flyte_cli.backend.assets import BackendAssets
from flyte_cli.devbox import environment, lifecycle
from flyte_cli.devbox.home import DevboxHome
from tests.devbox_fixture import share_cache

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> DevboxHome:
    """Holds what takes long to make: packages and ministack's environment."""
    shared = DevboxHome(tmp_path_factory.mktemp("shared") / "devbox")
    share_cache(shared.root.parent, tmp_path_factory.mktemp("cache"))
    shared.root.mkdir()
    environment.ensure(shared, BackendAssets.find().devbox_lock, lambda _: None)
    return shared


@pytest.fixture
def bare_home(shared_home: DevboxHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DevboxHome]:
    """An empty `FLYTE_HOME` with a space in its path, and an empty working folder without configuration."""
    flyte_home = tmp_path / "flyte home"
    share_cache(flyte_home, shared_home.cache)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("FLYTE_HOME", str(flyte_home))
    for name in ("UCTL_CONFIG", "FLYTECTL_CONFIG", "FLYTE_ADMIN_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    yield DevboxHome.find()
    lifecycle.delete(progress=lambda _: None)


@pytest.fixture
def home(bare_home: DevboxHome, shared_home: DevboxHome) -> DevboxHome:
    """The same, with ministack's environment in place."""
    bare_home.root.mkdir()
    bare_home.venv.symlink_to(shared_home.venv)
    return bare_home
