"""Files that cannot be imported, and files whose names only a stubborn user would choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.bad_input.conftest import GREETING, assert_refused
from tests.integration.new_user import unused

if TYPE_CHECKING:
    from tests.integration.new_user import User

pytestmark = pytest.mark.devbox


@pytest.mark.parametrize("verb", [["run", "torn.py", "greet", "--message", "x"], ["deploy", "torn.py", "env"]])
def test_a_file_that_raises_shows_the_users_frames_and_none_of_ours(user: User, verb: list[str]) -> None:
    user.write("torn.py", "import broken_part\n")
    user.write("broken_part.py", "def part():\n    return {}['missing']\n\npart()\n")
    ended = user.flyte(*verb)
    assert (ended.code, ended.stdout) == (1, "")
    shown = [line.strip() for line in ended.stderr.splitlines() if line.strip().startswith("File ")]
    assert shown == [
        f'File "{user.folder}/torn.py", line 1, in <module>',
        f'File "{user.folder}/broken_part.py", line 4, in <module>',
        f'File "{user.folder}/broken_part.py", line 2, in part',
    ]
    assert ended.stderr.endswith("KeyError: 'missing'\n")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import flyte\nenv = flyte.TaskEnvironment(\n", "SyntaxError"),
        ("import sys\nsys.exit(0)\n", "SystemExit: 0"),
        ("import no_such_package\n", "ModuleNotFoundError: No module named 'no_such_package'"),
        ("import flyte\nenv = flyte.TaskEnvironment(name='Not A Name')\n", "Not A Name"),
        ("raise BaseException('odd')\n", "BaseException: odd"),
    ],
)
def test_a_file_that_cannot_be_imported_says_why(user: User, source: str, said: str) -> None:
    user.write("torn.py", source)
    ended = user.flyte("run", "torn.py", "greet")
    assert (ended.code, ended.stdout) == (1, "")
    assert "torn.py cannot be imported" in ended.stderr
    assert said in ended.stderr
    assert "flyte_cli" not in ended.stderr


def test_a_file_that_is_not_text(user: User) -> None:
    (user.folder / "torn.py").write_bytes(b"\xff\xfe\x00")
    ended = user.flyte("run", "torn.py", "greet")
    assert ended.code == 1
    assert "torn.py cannot be imported" in ended.stderr
    assert "flyte_cli" not in ended.stderr


@pytest.mark.parametrize("name", ["a.b.py", "empty.py"])
def test_a_file_that_cannot_be_what_was_meant(user: User, name: str) -> None:
    user.write(name, "" if name == "empty.py" else GREETING)
    assert_refused(user.flyte("run", name, "greet", "--message", "x"), 2, name)


def test_a_folder_and_a_text_file_are_no_programs(user: User) -> None:
    user.write("notes.txt", "greet")
    assert_refused(user.flyte("run", "notes.txt", "greet"), 2, "notes.txt")
    assert_refused(user.flyte("run", "nowhere/greeting.py", "greet"), 2, "nowhere/greeting.py")


@pytest.mark.parametrize(
    "name", ["with-dash.py", "1st.py", "class.py", "json.py", "flyte.py", "my folder/grüße café.py"]
)
def test_odd_names_run_and_deploy(user: User, name: str) -> None:
    environment = unused("odd")
    user.write(name, GREETING.replace("greeting_env", environment))
    assert user.flyte("run", name, "greet", "--message", "x").stdout == "x!\n"
    assert user.flyte("deploy", name, "env").code == 0
    assert user.flyte("run", "deployed-task", f"{environment}.greet", "--message", "y").stdout == "y!\n"
