"""Parents that only wait, in the devbox: stopped and continued where they were, or run again with what was recorded."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import flyte
from flyte.protocol.phases import ActionPhase
from tests.devbox_programs import program_in, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte.remote import Run
    from tests.devbox_fixture import Devbox

PROGRAM = Path(__file__).with_name("parents.py")
LONG_S = 60
TIMES = 5
"""Runs at most until one goes on in the sandbox where it was stopped: on an idle machine the first one does."""


@pytest.fixture(scope="module")
def parents(devbox: Devbox) -> Iterator[Any]:
    with program_in(devbox, PROGRAM) as module:
        yield module


def attempt_of(run: Run) -> Any:
    """The first action's only attempt."""
    (attempt,) = flyte.remote.Run.get(run.name).action.record.attempts
    return attempt


def printed(run: Run) -> list[str]:
    return list(run.get_logs())


def test_a_parent_that_waits_goes_on_where_it_was_and_is_not_billed_meanwhile(parents: Any) -> None:
    for _ in range(TIMES):
        run = flyte.run(parents.waits, seconds=8.0)
        run.wait(quiet=True)
        before, after, last = run.outputs()[0]
        if before == after == last:
            break  # Lambda chooses the sandbox: another one, which was idle too, replays
    else:
        pytest.fail("it never went on in the same process")
    attempt = attempt_of(run)
    assert attempt.suspensions >= 1
    assert attempt.suspended_ms > 0
    lines = printed(run)
    assert [line for line in lines if line.startswith("effect")] == ["effect 1", "effect 2"]
    assert "unwound" not in lines


def test_a_parent_whose_process_is_killed_while_it_waits_is_run_again_with_what_was_recorded(parents: Any) -> None:
    run = flyte.run(parents.waits, seconds=8.0)
    pid = until(lambda: _suspended_process(run), "no process is stopped", LONG_S)
    os.kill(pid, signal.SIGKILL)
    run.wait(quiet=True)
    assert run.phase is ActionPhase.SUCCEEDED
    before, after, last = run.outputs()[0]
    assert before == pid, "the trace is the first process's"
    assert after == last != pid
    assert [line for line in printed(run) if line.startswith("effect")] == ["effect 1", "effect 2"]
    actions = [
        each for each in flyte.remote.Action.listall(for_run_name=run.name) if each.record.task_name == "parents.nap"
    ]
    assert len(actions) == 2, "no child was started again"
    assert attempt_of(run).suspensions >= 1


def _suspended_process(run: Run) -> int | None:
    """The process that the run's first trace names, once the run is suspended."""
    if flyte.remote.Run.get(run.name).action.record.parked_at is None:
        return None
    records = [action.record for action in flyte.remote.Action.listall(for_run_name=run.name)]
    trace = next(record for record in records if record.kind == "trace")
    details = flyte.remote.ActionDetails.get(run_name=run.name, name=trace.id.action)
    pid = int(asyncio.run(details.outputs())[0])
    state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return pid if state == "T" else None


@pytest.mark.parametrize(
    ("task", "seconds", "value"),
    [("waits_in_plain_code", 6.0, [6.0, 3.0]), ("takes_the_first", 6.0, 1), ("group", 6.0, 12.0)],
)
def test_parents_of_every_kind_are_suspended(parents: Any, task: str, seconds: float, value: object) -> None:
    run = flyte.run(getattr(parents, task), seconds=seconds)
    run.wait(quiet=True)
    assert run.outputs()[0] == value
    assert attempt_of(run).suspensions >= 1


def test_a_task_that_only_sleeps_is_suspended_instead_of_called(parents: Any) -> None:
    run = flyte.run(parents.sleeps, duration=timedelta(seconds=4))
    run.wait(quiet=True)
    run.raise_for_status()
    attempt = attempt_of(run)
    assert attempt.suspensions >= 1
    assert attempt.suspended_ms > 0
