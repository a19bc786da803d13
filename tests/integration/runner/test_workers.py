"""Workers between invocations: when a spare is kept, and what becomes of one that dies unasked."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.runner.conftest import Runner

PID = """
@env.task
def t() -> int:
    return os.getpid()
"""


def test_a_sandbox_with_one_program_keeps_no_spare(runner: Runner) -> None:
    pid = runner.invoke(runner.program(PID)).value
    assert runner.workers.pids == [pid]


def test_from_the_second_program_on_a_started_worker_waits(runner: Runner) -> None:
    one, two = runner.program(PID), runner.program(PID + "# two")
    runner.invoke(one)
    bound = runner.invoke(two).value
    assert runner.workers.pids[0] == bound
    spare = runner.workers.pids[1]
    assert runner.invoke(one).value == spare


def test_after_a_crash_the_next_worker_is_started_at_once(runner: Runner) -> None:
    code = runner.program(
        PID
        + """
@env.task
def crash() -> None:
    os._exit(1)
"""
    )
    runner.invoke(code, "crash")
    (waiting,) = runner.workers.pids
    assert runner.invoke(code).value == waiting


def test_a_worker_that_died_between_two_actions_is_replaced(runner: Runner) -> None:
    code = runner.program(PID)
    pid = runner.invoke(code).value
    _kill(pid)
    assert runner.invoke(code).value != pid


def test_a_spare_that_died_is_replaced(runner: Runner) -> None:
    one, two = runner.program(PID), runner.program(PID + "# two")
    runner.invoke(one)
    runner.invoke(two)
    spare = runner.workers.pids[1]
    _kill(spare)
    assert runner.invoke(one).value != spare


def test_a_worker_ends_when_its_supervisor_is_gone(runner: Runner) -> None:
    runner.invoke(runner.program(PID))
    process = runner.workers._bound.process  # type: ignore[union-attr]
    process._socket.close()
    assert process.wait_briefly() == 0


def test_a_retired_worker_takes_its_folders_with_it(runner: Runner, tmp_path: Path) -> None:
    code = runner.program("""
        @env.task
        def t() -> str:
            Path(os.environ["TMPDIR"], "junk").touch()
            Path.home().joinpath(".cache").mkdir()
            return os.getcwd()
    """)
    folder = Path(runner.invoke(code).value)
    assert folder.exists()
    runner.workers.retire()
    assert not folder.parent.exists()


def _kill(pid: int) -> None:
    """End the process and wait until it has, without taking its exit code from the supervisor."""
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
