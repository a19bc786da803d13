"""Each type of files, folders and frames in the devbox: as a run of the program, and of the deployed task elsewhere.

As in `test_devbox`, one run of a task that takes all rows at once stands for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import referring_tasks  # type: ignore[import-not-found]
from referred_values import ROWS, Row, is_as_sent, write_data  # type: ignore[import-not-found]

import flyte
import flyte.remote
from flyte import _initialize
from flyte.io._references import references
from flyte.types import codec_for
from tests.integration.new_user import User
from tests.integration.types.conftest import PROGRAM, as_known

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.devbox_fixture import Devbox

pytestmark = [pytest.mark.devbox, pytest.mark.xdist_group("types")]


def by_row(outputs: Any) -> dict[str, Any]:
    """The outputs of `everything` by row, once it is sure that all inputs arrived as they were sent."""
    *values, wrong = outputs
    assert wrong == []
    return dict(zip([row.name for row in ROWS], values, strict=True))


@pytest.fixture(scope="module")
def client(devbox: Devbox) -> Iterator[Devbox]:
    """This process as a client of the devbox, with the program deployed."""
    state = _initialize.get_init_state()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLYTE_HOME", str(devbox.home))
        flyte.init_from_config(str(devbox.config), root_dir=PROGRAM)
        flyte.deploy(referring_tasks.env, version="references")
        yield devbox
    _initialize.set_init_state(state)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data and without the program."""
    made: Path = tmp_path_factory.mktemp("elsewhere")
    write_data(made)
    return made


@pytest.fixture(scope="module")
def user(client: Devbox, folder: Path) -> User:
    return User(folder, {"FLYTE_HOME": str(client.home), "FLYTECTL_CONFIG": str(client.config)})


@pytest.fixture(scope="module")
def deployed_task(client: Devbox) -> Any:
    return flyte.remote.Task.get("referring.everything", version="references")


@pytest.fixture(scope="module")
def values(folder: Path) -> dict[str, Any]:
    return {row.name: row.made(folder / "data") for row in ROWS}


@pytest.fixture(scope="module")
def given(client: Devbox, values: dict[str, Any]) -> dict[str, Any]:
    return by_row(flyte.run(referring_tasks.everything, **values).outputs())


@pytest.fixture(scope="module")
def given_to_deployed(deployed_task: Any, values: dict[str, Any]) -> dict[str, Any]:
    return by_row(flyte.run(deployed_task, **values).outputs())


@pytest.fixture(scope="module")
def passed_on(deployed_task: Any, given: dict[str, Any]) -> dict[str, Any]:
    """What came out of one run goes into another: references to what lies in the bucket."""
    return by_row(flyte.run(deployed_task, **given).outputs())


def shown(user: User, *command: str) -> dict[str, Any]:
    """What the command line, a process of its own, shows for the rows' texts."""
    ended = user.flyte("-of", "json", "run", *command, *[f"--{row.name}={row.text}" for row in ROWS])
    assert ended.code == 0, ended.stderr
    return by_row(ended.document["outputs"].values())


@pytest.fixture(scope="module")
def shown_of_file(user: User) -> dict[str, Any]:
    return shown(user, str(PROGRAM / "referring_tasks.py"), "everything")


@pytest.fixture(scope="module")
def shown_of_deployed(user: User) -> dict[str, Any]:
    return shown(user, "deployed-task", "referring.everything:references")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
class TestPrograms:
    def test_a_value_goes_in_and_comes_out(self, row: Row, given: dict[str, Any]) -> None:
        assert is_as_sent(row, given[row.name])

    def test_a_value_goes_into_the_deployed_task(self, row: Row, given_to_deployed: dict[str, Any]) -> None:
        assert is_as_sent(row, as_known(row.hint, given_to_deployed[row.name]))

    def test_a_result_goes_into_another_run(self, row: Row, passed_on: dict[str, Any]) -> None:
        assert is_as_sent(row, as_known(row.hint, passed_on[row.name]))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
class TestCommandLine:
    def test_paths_go_in_and_values_come_out(self, row: Row, shown_of_file: dict[str, Any]) -> None:
        shown = shown_of_file[row.name]  # of which frames are shown as they print themselves
        assert (shown is None) == (row.plain is None)
        assert "/data/" not in str(shown)

    def test_paths_go_into_the_deployed_task(self, row: Row, shown_of_deployed: dict[str, Any]) -> None:
        assert is_referred(row, shown_of_deployed[row.name])
        assert is_as_sent(row, codec_for(row.hint).decode(shown_of_deployed[row.name]))


def is_referred(row: Row, json_value: Any) -> bool:
    """Whether all files, folders and frames that a command line shows lie in the bucket."""
    found = references(json_value, codec_for(row.hint).schema(), row.name)
    return (bool(found) or row.plain is None) and all(each.path.startswith("s3://") for each in found)
