"""A user with a devbox, and what a user sees when a command is refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.integration.new_user import User

if TYPE_CHECKING:
    from tests.devbox_fixture import Devbox
    from tests.integration.new_user import Ended

GREETING = (Path(__file__).parents[3] / "examples" / "greeting.py").read_text()


@pytest.fixture
def user(devbox: Devbox, tmp_path: Path) -> User:
    """Someone whose configuration leads to the devbox, in a folder that holds greeting.py."""
    someone = User(tmp_path, {"FLYTE_HOME": str(devbox.home), "FLYTECTL_CONFIG": str(devbox.config)})
    someone.write("greeting.py", GREETING)
    return someone


@pytest.fixture
def stranger(tmp_path: Path) -> User:
    """Someone with greeting.py and no backend."""
    someone = User(tmp_path, {"FLYTE_HOME": str(tmp_path / "nothing")})
    someone.write("greeting.py", GREETING)
    return someone


def assert_refused(ended: Ended, code: int, *said: str) -> None:
    """It ended with that code, and stderr alone says all that, in words and not with our traceback."""
    assert ended.code == code, ended.stderr
    assert ended.stdout == ""
    for words in said:
        assert words in ended.stderr
    assert "Error: " in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "pydantic" not in ended.stderr
