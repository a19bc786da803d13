"""Runs that are run again in the devbox: whole, from one action, with other inputs, and with what had succeeded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import flyte
from flyte.protocol.phases import ActionPhase
from tests.devbox_programs import command, program_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte.protocol.runs import ActionRecord
    from flyte.remote import Run
    from tests.devbox_fixture import Devbox

pytestmark = pytest.mark.xdist_group("devbox")


@pytest.fixture(scope="module")
def again(devbox: Devbox) -> Iterator[Any]:
    with program_in(devbox, Path(__file__).with_name("again.py")) as module:
        yield module


@pytest.fixture(scope="module")
def whole(again: Any) -> Run:
    """A run that has succeeded."""
    run: Run = flyte.run(again.steps)
    assert run.outputs()[0] == ["s1", "s2"]
    return run


@pytest.fixture(scope="module")
def broken(again: Any) -> Run:
    """A run that has failed after two steps."""
    run: Run = flyte.with_runcontext(env_vars={"FAIL": "yes"}).run(again.steps)
    run.wait(quiet=True)
    assert [each.phase for each in children(run)] == [ActionPhase.SUCCEEDED] * 2
    return run


def children(run: Run) -> list[ActionRecord]:
    records = [each.record for each in flyte.remote.Action.listall(for_run_name=run.name)]
    return sorted((each for each in records if each.parent), key=lambda each: each.created_at)


def test_other_inputs_take_the_place_of_those_that_are_named(whole: Run) -> None:
    again = flyte.rerun(whole.name, marker="t")
    assert again.outputs()[0] == ["t1", "t2"]
    assert {each.phase for each in children(again)} == {ActionPhase.SUCCEEDED}


def test_one_action_is_run_again_as_a_run_of_its_own(whole: Run) -> None:
    second = children(whole)[1]
    again = flyte.rerun(whole.name, action_name=second.id.action)
    assert again.outputs()[0] == "s2"
    assert children(again) == []


def test_what_has_succeeded_is_taken_over_when_a_run_is_recovered(broken: Run) -> None:
    again = flyte.with_runcontext(env_vars={"FAIL": "no"}).rerun(broken.name, recover=True)
    assert again.outputs()[0] == ["s1", "s2"]
    assert [each.phase for each in children(again)] == [ActionPhase.RECOVERED] * 2
    assert [each.recovered_from and each.recovered_from.run for each in children(again)] == [broken.name] * 2


def test_what_is_forced_is_run_although_it_had_succeeded(broken: Run) -> None:
    first, second = children(broken)
    again = flyte.with_runcontext(env_vars={"FAIL": "no"}).rerun(
        broken.name, recover=True, force_rerun_actions=[second.id.action]
    )
    assert again.outputs()[0] == ["s1", "s2"]
    assert {each.id.action: each.phase for each in children(again)} == {
        first.id.action: ActionPhase.RECOVERED,
        second.id.action: ActionPhase.SUCCEEDED,
    }


def test_the_command_does_all_of_it(broken: Run, devbox: Devbox, tmp_path: Path) -> None:
    forced = children(broken)[0].id.action
    arguments = ("--recover", "--force-rerun-action", forced, "--name", f"{broken.name[:30]}-cli", "-e", "FAIL=no")
    done = command(devbox, tmp_path, "-of", "json", "rerun", broken.name, *arguments)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outputs"] == {"o0": ["s1", "s2"]}
    other = command(devbox, tmp_path, "-of", "json", "rerun", broken.name, "--action-name", forced, "--marker", "u")
    assert json.loads(other.stdout)["outputs"] == {"o0": "u1"}


def test_a_forced_action_that_there_is_not_is_refused_by_name(broken: Run, devbox: Devbox, tmp_path: Path) -> None:
    refused = command(devbox, tmp_path, "rerun", broken.name, "--recover", "--force-rerun-action", "nothing")
    assert refused.returncode != 0
    assert "nothing" in refused.stderr
