"""Runs in the devbox that wait for people: answered from the terminal and from Python, too late, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import flyte
from flyte.protocol.phases import ActionPhase
from tests.devbox_programs import command, program_in, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte.remote import Run
    from tests.devbox_fixture import Devbox

pytestmark = pytest.mark.xdist_group("devbox")


@pytest.fixture(scope="module")
def asking(devbox: Devbox) -> Iterator[Any]:
    with program_in(devbox, Path(__file__).with_name("asking.py")) as module:
        yield module


def opened(run: Run) -> Any:
    """The run's open condition, once there is one."""
    return until(lambda: next(iter(flyte.remote.Condition.listall(run.name)), None), "nobody asks")


def test_a_person_answers_at_the_terminal(asking: Any, devbox: Devbox, tmp_path: Path) -> None:
    run = flyte.run(asking.approve)
    opened(run)
    listed = command(devbox, tmp_path, "get", "condition", run.name)
    assert "approve" in listed.stdout
    paused = command(devbox, tmp_path, "get", "run", "--paused-only")
    assert run.name in paused.stdout
    wrong = command(devbox, tmp_path, "signal", "condition", run.name, "approve", "perhaps")
    assert wrong.returncode == 2
    done = command(devbox, tmp_path, "signal", "condition", run.name, "approve", "true")
    assert done.returncode == 0, done.stderr
    assert run.outputs()[0] == "yes"
    late = command(devbox, tmp_path, "signal", "condition", run.name, "approve", "false")
    assert late.returncode == 2, "the first answer counts"


def test_a_program_answers_a_task_that_was_suspended_meanwhile(asking: Any) -> None:
    run = flyte.run(asking.how_many)
    question = opened(run)
    until(lambda: flyte.remote.Run.get(run.name).action.record.parked_at, "it is not suspended")
    question.signal(41)
    assert run.outputs()[0] == 42
    (attempt,) = flyte.remote.Run.get(run.name).action.record.attempts
    assert attempt.suspensions >= 1


def test_a_question_that_nobody_answers_ends_in_time(asking: Any) -> None:
    assert flyte.run(asking.nobody_answers).outputs()[0] == "ConditionTimedoutError"


def test_who_stops_waiting_leaves_the_question_open(asking: Any) -> None:
    run = flyte.run(asking.gives_up)
    opened(run).signal("here")
    assert run.outputs()[0] == "here"


def test_a_question_that_is_aborted_fails_its_wait_and_not_the_run(asking: Any, devbox: Devbox, tmp_path: Path) -> None:
    run = flyte.run(asking.aborted)
    opened(run)
    (action,) = (
        each.record.id.action
        for each in flyte.remote.Action.listall(for_run_name=run.name)
        if each.record.kind == "condition"
    )
    done = command(devbox, tmp_path, "abort", "action", run.name, action)
    assert done.returncode == 0, done.stderr
    assert run.outputs()[0] == "ConditionFailedError"


def test_an_open_question_ends_with_its_run(asking: Any) -> None:
    run = flyte.run(asking.approve)
    opened(run)
    run.abort()
    phases = until(lambda: _phases(run) if len(_phases(run)) == 1 else None, "the question stays")
    assert phases == {ActionPhase.ABORTED}


def _phases(run: Run) -> set[ActionPhase]:
    return {each.record.phase for each in flyte.remote.Action.listall(for_run_name=run.name)}
