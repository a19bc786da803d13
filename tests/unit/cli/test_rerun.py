"""`flyte rerun`: the options of the run's inputs, and what is asked of the backend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.runs import ActionIo, Recovery, RunSpec

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.api import FakeApi
    from tests.unit.cli.conftest import Flyte

TEA = {"kind": "green", "cups": 3, "size": "s"}


@pytest.fixture
def tea(flyte: Flyte, api: FakeApi, menu: Path) -> str:
    """A run of a task with inputs of several types."""
    assert flyte("run", "--detach", "--name", "first", "menu.py", "tea", "--kind", "green").code == 0
    api.io = ActionIo(inputs=TEA, outputs={"o0": "ready"})
    api.calls.clear()
    return "first"


def asked(api: FakeApi) -> RunSpec:
    return api.run_specs["second"]


@pytest.mark.parametrize(
    ("args", "inputs"),
    [
        ([], TEA),
        (["--kind", "black", "--cups", "1"], {**TEA, "kind": "black", "cups": 1}),
        (["--size=LARGE"], {**TEA, "size": "l"}),
    ],
    ids=str,
)
def test_inputs_can_be_changed(flyte: Flyte, api: FakeApi, tea: str, args: list[str], inputs: dict[str, Any]) -> None:
    ended = flyte("rerun", tea, "--name", "second", *args)
    assert ended.code == 0, ended.stderr
    assert asked(api).inputs == inputs


@pytest.mark.parametrize("args", [["rerun", "--help", "first"], ["rerun", "first", "--help"]], ids=str)
def test_help_shows_the_inputs_of_the_run(flyte: Flyte, tea: str, args: list[str]) -> None:
    text = flyte(*args).stdout
    for part in ("--kind", "which leaves to take", "--cups INTEGER", "SMALL|LARGE", "--recover", "--action-name"):
        assert part in text
    assert "[required]" not in text


def test_help_alone_asks_for_nothing(flyte: Flyte, api: FakeApi) -> None:
    ended = flyte("rerun", "--help")
    assert (ended.code, "--recover" in ended.stdout, api.calls) == (0, True, [])


def test_without_inputs_the_run_is_read_once(flyte: Flyte, api: FakeApi, tea: str) -> None:
    flyte("rerun", tea, "--name", "second", "--detach")
    path = "/v1/projects/flytesnacks/domains/development/runs/first/actions/a0"
    assert api.calls[:3] == [("GET", path), ("GET", f"{path}/io"), ("POST", path.partition("/first")[0])]


def test_a_flag_is_an_input_too(flyte: Flyte, api: FakeApi, menu: Path) -> None:
    flyte("run", "--detach", "--name", "first", "menu.py", "coffee")
    api.io = ActionIo(inputs={"milk": True}, outputs={"o0": "black"})
    assert flyte("rerun", "first", "--name", "second", "--no-milk").code == 0
    assert asked(api).inputs == {"milk": False}


def test_an_input_named_like_an_option_has_a_longer_name(flyte: Flyte, api: FakeApi, folder: Path) -> None:
    (folder / "named.py").write_text(
        "import flyte\nenv = flyte.TaskEnvironment('e')\n\n@env.task\ndef t(name: str, batch_size: int) -> str: ...\n"
    )
    assert flyte("run", "--detach", "--name", "first", "named.py", "t", "--name", "x", "--batch-size", "1").code == 0
    api.io = ActionIo(inputs={"name": "x", "batch_size": 1}, outputs={"o0": "y"})
    ended = flyte("rerun", "first", "--name", "second", "--input-name", "new", "--batch-size", "2")
    assert ended.code == 0, ended.stderr
    assert asked(api).inputs == {"name": "new", "batch_size": 2}


def test_recovering_is_asked_for(flyte: Flyte, api: FakeApi, tea: str) -> None:
    args = ["--recover", "--force-rerun-action", "c1", "--force-rerun-action", "c2", "--allow-missing-outputs"]
    assert flyte("rerun", "--name", "second", tea, *args).code == 0
    assert asked(api).recover_from == Recovery(run="first", forced=("c1", "c2"), allow_missing_outputs=True)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--force-rerun-action", "c1"], "needs --recover"),
        (["--recover", "--action-name", "c1"], "--recover is for a whole run"),
        (["--cup", "1"], "--cups"),
        (["--cups", "many"], "many"),
        (["extra"], "extra"),
    ],
    ids=str,
)
def test_a_mistake_ends_with_2(flyte: Flyte, api: FakeApi, tea: str, args: list[str], said: str) -> None:
    ended = flyte("rerun", tea, *args)
    assert (ended.code, said in ended.stderr) == (2, True), ended.stderr
    assert set(api.run_specs) == {"first"}


def test_an_unknown_run_ends_with_2(flyte: Flyte, api: FakeApi) -> None:
    for args in ([], ["--kind", "green"], ["--help"]):
        ended = flyte("rerun", "nothing", *args)
        assert (ended.code, "nothing" in ended.stderr) == (2, True)
