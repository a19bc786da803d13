"""Each type in the devbox: as a run of the program, and of the deployed task from a folder without the program.

One run of a task that takes all rows at once stands for all of them: as many runs as rows would take minutes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import typed_tasks  # type: ignore[import-not-found]
from typed_values import ROWS, Row, is_same  # type: ignore[import-not-found]

import flyte
import flyte.remote
from flyte import _initialize
from flyte.types import codec_for
from tests.integration.new_user import User
from tests.integration.types.conftest import PROGRAM, as_known, printed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.devbox_fixture import Devbox

pytestmark = [pytest.mark.devbox, pytest.mark.xdist_group("types")]
VALUES = {row.name: row.value for row in ROWS}
IN_TEXT = [row for row in ROWS if row.text is not None]
WITHOUT_CODE = [row for row in IN_TEXT if not row.needs_code]


def by_row(outputs: Any) -> dict[str, Any]:
    """The outputs of `everything` by row, once it is sure that all inputs arrived as they were sent."""
    *values, wrong = outputs
    assert wrong == []
    return dict(zip(VALUES, values, strict=True))


@pytest.fixture(scope="module")
def client(devbox: Devbox) -> Iterator[Devbox]:
    """This process as a client of the devbox, with the program deployed."""
    state = _initialize.get_init_state()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLYTE_HOME", str(devbox.home))
        flyte.init_from_config(str(devbox.config), root_dir=PROGRAM)
        flyte.deploy(typed_tasks.env, version="matrix")
        yield devbox
    _initialize.set_init_state(state)


@pytest.fixture(scope="module")
def deployed_task(client: Devbox) -> Any:
    return flyte.remote.Task.get("typed.everything", version="matrix")


@pytest.fixture(scope="module")
def given(client: Devbox) -> dict[str, Any]:
    return by_row(flyte.run(typed_tasks.everything, **VALUES).outputs())


@pytest.fixture(scope="module")
def defaults(client: Devbox) -> dict[str, Any]:
    return by_row(flyte.run(typed_tasks.everything).outputs())


@pytest.fixture(scope="module")
def given_to_deployed(deployed_task: Any) -> dict[str, Any]:
    return by_row(flyte.run(deployed_task, **VALUES).outputs())


@pytest.fixture(scope="module")
def defaults_of_deployed(deployed_task: Any) -> dict[str, Any]:
    return by_row(flyte.run(deployed_task).outputs())


def shown(user: User, rows: list[Row], *command: str) -> dict[str, Any]:
    """What the command line, a process of its own, shows for the rows' texts."""
    ended = user.flyte("-of", "json", "run", *command, *[f"--{row.name}={row.text}" for row in rows])
    assert ended.code == 0, ended.stderr
    return by_row(ended.document["outputs"].values())


@pytest.fixture(scope="module")
def shown_of_file(client: Devbox, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder: Path = tmp_path_factory.mktemp("program")
    for file in PROGRAM.glob("*.py"):
        (folder / file.name).write_bytes(file.read_bytes())
    user = User(folder, {"FLYTE_HOME": str(client.home), "FLYTECTL_CONFIG": str(client.config)})
    return shown(user, IN_TEXT, "typed_tasks.py", "everything")


@pytest.fixture(scope="module")
def shown_of_deployed(client: Devbox, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    elsewhere: Path = tmp_path_factory.mktemp("elsewhere")
    user = User(elsewhere, {"FLYTE_HOME": str(client.home), "FLYTECTL_CONFIG": str(client.config)})
    return shown(user, WITHOUT_CODE, "deployed-task", "typed.everything:matrix")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
class TestPrograms:
    def test_a_value_goes_in_and_comes_out(self, row: Row, given: dict[str, Any]) -> None:
        assert is_same(given[row.name], row.value)

    def test_a_default_goes_in_and_comes_out(self, row: Row, defaults: dict[str, Any]) -> None:
        assert is_same(defaults[row.name], row.value)

    def test_a_value_goes_into_the_deployed_task(self, row: Row, given_to_deployed: dict[str, Any]) -> None:
        assert is_same(as_known(row.hint, given_to_deployed[row.name]), row.value)

    def test_the_deployed_task_has_its_default(self, row: Row, defaults_of_deployed: dict[str, Any]) -> None:
        assert is_same(as_known(row.hint, defaults_of_deployed[row.name]), row.value)


def test_what_is_nested_200_deep_goes_in_and_comes_out(client: Devbox) -> None:
    value: list[Any] = []
    for _ in range(199):
        value = [value]
    assert flyte.run(typed_tasks.deep, value).outputs()[0] == value


class TestCommandLine:
    @pytest.mark.parametrize("row", IN_TEXT, ids=lambda row: row.name)
    def test_text_goes_in_and_comes_out(self, row: Row, shown_of_file: dict[str, Any]) -> None:
        assert shown_of_file[row.name] == printed(row.value)["o0"]

    @pytest.mark.parametrize("row", WITHOUT_CODE, ids=lambda row: row.name)
    def test_text_goes_into_the_deployed_task(self, row: Row, shown_of_deployed: dict[str, Any]) -> None:
        found = shown_of_deployed[row.name]
        assert found == printed(row.value)["o0"] or is_same(codec_for(row.hint).decode(found), row.value)
