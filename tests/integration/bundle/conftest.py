"""Someone with a devbox and a folder of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.new_user import User

if TYPE_CHECKING:
    from pathlib import Path

    from tests.devbox_fixture import Devbox


@pytest.fixture
def user(devbox: Devbox, tmp_path: Path) -> User:
    """Someone whose configuration leads to the devbox, in an empty folder."""
    folder = tmp_path / "work"
    folder.mkdir()
    return User(folder, {"FLYTE_HOME": str(tmp_path / "home"), "FLYTECTL_CONFIG": str(devbox.config)})
