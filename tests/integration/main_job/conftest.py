"""Someone new to the project, and the seed's programs word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.devbox_fixture import free_port, share_cache
from tests.integration.new_user import User

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.devbox_fixture import Devbox

TASK = """# greeting.py

import flyte

env = flyte.TaskEnvironment(name="greeting_env")

@env.task
async def greet(message: str) -> str:
    return f"{message}!"
"""


@pytest.fixture
def newcomer(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    """Someone with a `FLYTE_HOME` of their own, in an empty folder but for the seed's greeting.py."""
    home = tmp_path / "flyte home"
    share_cache(home, tmp_path_factory.getbasetemp() / "cache")
    folder = tmp_path / "work"
    folder.mkdir()
    someone = User(folder, {"FLYTE_HOME": str(home)})
    someone.write("greeting.py", TASK)
    yield someone
    someone.flyte("delete", "devbox")


@pytest.fixture
def user(devbox: Devbox, tmp_path: Path) -> User:
    """Someone whose folder holds the seed's greeting.py and a configuration that leads to the shared devbox."""
    someone = User(tmp_path, {"FLYTE_HOME": str(devbox.home)})
    someone.write("greeting.py", TASK)
    assert someone.flyte("create", "config", "--endpoint", devbox.endpoint).code == 0
    return someone


def start_devbox(someone: User) -> None:
    """`flyte start devbox` on a port that no other test has."""
    started = someone.flyte("start", "devbox", "--port", str(free_port()))
    assert started.code == 0, started.stderr
