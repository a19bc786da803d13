"""Runs that tasks start, in the devbox: by name, waited for while suspended, refused outside of the task's scope."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import flyte
import flyte.errors
import flyte.remote
from flyte.protocol.phases import ActionPhase
from tests.devbox_programs import program_in, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte.remote import Run
    from tests.devbox_fixture import Devbox

PROGRAM = Path(__file__).with_name("drivers.py")
LONG_S = 90

pytestmark = [pytest.mark.devbox, pytest.mark.xdist_group("inner_runs")]


@pytest.fixture(scope="module")
def drivers(devbox: Devbox) -> Iterator[Any]:
    with program_in(devbox, PROGRAM) as module:
        yield module


def given(run: Run) -> Any:
    """The one output."""
    run.wait(quiet=True)
    return run.outputs()[0]


def test_a_driver_falls_back_by_the_class_of_an_inner_runs_error(drivers: Any) -> None:
    run = flyte.run(drivers.falls_back, steps=5)
    assert given(run) == ["trained 5", f"{run.name}-1", f"{run.name}-2"]
    first = flyte.remote.Run.get(f"{run.name}-1").action.record
    assert first.error is not None
    assert (first.phase, first.error.code) == (ActionPhase.FAILED, "OutOfBudgetError")
    assert (first.created_by, first.parent) == (f"task/{run.name}:a0", None)


def test_a_run_with_a_name_outlives_the_attempt_that_started_it(drivers: Any) -> None:
    run = flyte.run(drivers.tries_twice)
    assert given(run) == [f"{run.name}-named", "3", "True"]


def test_who_waits_for_a_run_is_suspended_and_goes_on(drivers: Any) -> None:
    run = flyte.run(drivers.waits_long, seconds=20.0)
    name, slept, _ = given(run)  # in the same process or, if Lambda chose another sandbox, in one that replayed
    assert slept == "20.0"
    assert [each.name for each in _inner(run)] == [name], "one run, however often it was asked for"
    (attempt,) = flyte.remote.Run.get(run.name).action.record.attempts
    assert attempt.suspensions >= 1


def test_who_is_run_again_while_it_waits_finds_its_run(drivers: Any) -> None:
    run = flyte.run(drivers.waits_long, seconds=20.0)
    killed = until(lambda: _stopped_process(run), "no process is stopped", LONG_S)
    os.kill(killed, signal.SIGKILL)
    name, slept, process = given(run)
    assert slept == "20.0"
    assert int(process) != killed, "it was run again"
    assert [each.name for each in _inner(run)] == [name], "and has started one run"


def _stopped_process(run: Run) -> int | None:
    """The process that the inner run's label names, once it is stopped."""
    if flyte.remote.Run.get(run.name).action.record.parked_at is None:
        return None
    pid = int(_inner(run)[0].action.record.labels["process"])
    return pid if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T" else None


def _inner(run: Run) -> list[Run]:
    return list(flyte.remote.Run.listall(created_by_subject=f"task/{run.name}:a0"))


def test_files_conditions_reruns_and_aborts_work_as_for_clients(drivers: Any) -> None:
    runs = {
        "file": flyte.run(drivers.sends_a_file, text="grüezi"),
        "condition": flyte.run(drivers.answers),
        "here": flyte.run(drivers.runs_here),
        "abort": flyte.run(drivers.stops_another),
    }
    assert given(runs["file"]) == "grüezi"
    assert given(runs["condition"]) == "it is called Ada"
    assert given(runs["here"]) == "trained 3"
    message, *rest = given(runs["abort"])
    assert "enough" in message
    assert rest == ["a0", "0.0"]


@pytest.mark.parametrize(("what", "why"), [("domain", "only its own project and domain"), ("secrets", "from a client")])
def test_a_task_reaches_no_further_than_its_project_and_domain(drivers: Any, what: str, why: str) -> None:
    run = flyte.run(drivers.reaches_out, what=what)
    with pytest.raises(flyte.errors.RuntimeUserError, match=why) as refused:
        given(run)
    assert refused.value.code == "Forbidden"
