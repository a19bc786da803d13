"""How an attempt ends from outside: memory, abort, lost claims, bad artifacts, faults of our own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.limits import MIB
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import OutcomeStatus
from flyte.protocol.tasks import TimeoutPolicy
from functions.runner import process_tree, watches
from functions.runner.history import SUSPENSIONS_AT_MOST
from tests.integration.runner.conftest import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fakes.action_store import StoredAction

FINE = """
@env.task
def fine() -> int:
    return 1

"""


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Runner]:
    """A runner with 200 MB for tasks, whatever this test process takes."""
    used = process_tree.anonymous_bytes([__import__("os").getpid()])
    runner = Runner(tmp_path / "small", memory_mb=used // MIB + 250)
    yield runner
    runner.workers.close()


@pytest.mark.parametrize(
    "deed",
    [
        "data = [bytes(1_000_000) + b'1' for _ in range(2_000)]",
        "data = bytearray(1_000_000_000); data[::4096] = b'1' * len(data[::4096])",
        "subprocess.run([sys.executable, '-c', 'b = [b\"1\" * 1_000_000 for _ in range(2_000)]; input()'])",
    ],
)
def test_too_much_memory_ends_the_task_before_the_sandbox(small: Runner, deed: str) -> None:
    code = small.program(f"""{FINE}
@env.task
def t() -> None:
    {deed}
    threading.Event().wait()
""")
    result = small.invoke(code, retries=1)
    assert result.outcome.status == "retry"
    assert result.error.code == "OOMError"
    assert f"the limit is {small.memory_mb} MB" in result.error.message
    assert "resources=flyte.Resources(memory=" in result.error.message
    assert small.invoke(code, "fine").value == 1


def test_memory_that_forked_processes_share_counts_once(small: Runner) -> None:
    code = small.program("""
        @env.task
        def t() -> int:
            data = b"1" * 120_000_000
            children = []
            for _ in range(4):
                child = os.fork()
                if child == 0:
                    time.sleep(0.7)
                    os._exit(0)
                children.append(child)
            return sum(os.waitpid(child, 0)[1] for child in children)
    """)
    assert small.invoke(code).value == 0


def test_a_memory_error_of_the_users_is_an_oom_error(runner: Runner) -> None:
    code = runner.program(f"""{FINE}
@env.task
def t() -> None:
    bytearray(1 << 60)
""")
    result = runner.invoke(code)
    assert result.error.code == "OOMError"
    assert any("the limit is 4096 MB" in line for line in result.said)
    assert "bytearray" in result.error.traceback
    assert runner.invoke(code, "fine").value == 1


def test_a_worker_that_keeps_much_memory_is_not_used_again(small: Runner) -> None:
    small.workers._max_idle_bytes = 100 * MIB
    code = small.program("""
        kept = []
        @env.task
        def t() -> int:
            kept.append(b"1" * 150_000_000)
            return len(kept)
    """)
    assert [small.invoke(code).value for _ in range(2)] == [1, 1]


def test_an_abort_kills_the_task_and_leaves_the_record_alone(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watches, "ABORT_POLL_S", 0.1)
    runner.store.abort_when = lambda: "waiting" in "".join(runner.log)
    code = runner.program(f"""{FINE}
@env.task
def t() -> None:
    print("waiting")
    threading.Event().wait()
""")
    result = runner.invoke(code)
    assert (result.outcome.status, result.outcome.error) == ("failed", "ActionAbortedError")
    assert result.action.phase is ActionPhase.ABORTED
    assert result.action.failures == []
    assert result.printed == ["waiting"]
    assert result.took_s < 5
    assert runner.invoke(code, "fine").value == 1


ABORTED = """
import asyncio, signal

@env.task
async def cleans_up() -> None:
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    print("waiting")
    await told.wait()
    print("cleaned up")

@env.task
async def does_not_care() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("waiting")
    while True:
        await asyncio.sleep(60)
"""


@pytest.mark.parametrize(
    ("task", "printed"), [("cleans_up", ["waiting", "cleaned up"]), ("does_not_care", ["waiting"])]
)
def test_an_aborted_task_hears_of_it_and_gets_a_moment(
    runner: Runner, monkeypatch: pytest.MonkeyPatch, task: str, printed: list[str]
) -> None:
    monkeypatch.setattr(watches, "ABORT_POLL_S", 0.1)
    runner.store.abort_when = lambda: "waiting" in "".join(runner.log)
    result = runner.invoke(runner.program(ABORTED), task)
    assert result.outcome.error == "ActionAbortedError"
    assert result.printed == printed
    assert result.took_s < 5


def test_a_phase_that_cannot_be_read_does_not_end_the_task(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watches, "ABORT_POLL_S", 0.05)
    polled = threading.Event()

    def broken(action: Any) -> Any:
        polled.set()
        raise OSError("no network")

    monkeypatch.setattr(runner.store, "standing", broken)
    code = runner.program("""
        @env.task
        def t() -> int:
            time.sleep(0.3)
            return 1
    """)
    assert runner.invoke(code).value == 1
    assert polled.is_set()


def test_a_short_task_costs_no_read_of_the_phase(runner: Runner) -> None:
    runner.invoke(runner.program(FINE), "fine")
    assert runner.store.polls == 0


def test_an_attempt_that_another_invocation_claimed_is_closed_and_not_run(runner: Runner) -> None:
    def claimed_before(action: StoredAction) -> None:
        action.owner, action.phase = "somebody", ActionPhase.RUNNING

    result = runner.invoke(runner.program(FINE), "fine", prepare=claimed_before)
    assert result.outcome.error == "WorkerCrashedError"
    assert [claim.request_id for claim in runner.closed] == ["somebody"]
    assert result.lines == []


def test_an_action_that_has_ended_is_not_run(runner: Runner) -> None:
    def aborted(action: StoredAction) -> None:
        action.phase = ActionPhase.ABORTED

    result = runner.invoke(runner.program(FINE), "fine", prepare=aborted)
    assert result.outcome.error == "ActionAbortedError"
    assert result.lines == []


@pytest.mark.parametrize(
    ("timeout", "code"),
    [
        (TimeoutPolicy(max_queued_s=5), "MaxQueuedTimeExceededError"),
        (TimeoutPolicy(deadline_s=5), "DeadlineExceededError"),
    ],
)
def test_an_action_that_comes_too_late_does_not_start(runner: Runner, timeout: TimeoutPolicy, code: str) -> None:
    result = runner.invoke(runner.program(FINE), "fine", timeout=timeout, age_s=6, retries=3)
    assert (result.outcome.status, result.error.code) == ("failed", code)
    assert runner.source.fetched == []


def test_a_missing_artifact_says_what_to_do(runner: Runner) -> None:
    code = runner.program(FINE)
    (runner.source.folder / code.sha256).unlink()
    result = runner.invoke(code, "fine", retries=2)
    assert (result.outcome.status, result.error.code) == ("failed", "CodeBundleError")
    assert "deploy it" in result.error.message


def test_an_altered_artifact_is_not_run(runner: Runner) -> None:
    code, other = runner.program(FINE), runner.program(FINE + "# other")
    (runner.source.folder / other.sha256).replace(runner.source.folder / code.sha256)
    result = runner.invoke(code, "fine")
    assert result.error.code == "CodeBundleError"
    assert "altered" in result.error.message
    assert other.sha256 in result.error.message


def test_a_fault_of_our_own_ends_the_attempt_as_a_system_error(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError("No space left on device")

    code = runner.program(FINE)
    with monkeypatch.context() as patched:
        patched.setattr(runner.source, "fetch", broken)
        result = runner.invoke(code, "fine", retries=1)
    assert result.outcome.status == "retry"
    assert (result.error.code, result.error.kind) == ("RuntimeSystemError", "system")
    assert "No space left on device" in result.error.message
    assert any("Traceback" in line for line in result.said)
    assert runner.invoke(code, "fine").value == 1


def test_a_task_that_cannot_be_suspended_any_more_fails_when_its_invocation_ends(runner: Runner) -> None:
    code = runner.program(
        FINE
        + """
@env.task
def waits() -> None:
    time.sleep(60)
"""
    )
    runner.can_go_on = True

    def is_suspended_very_often(action: StoredAction) -> None:
        action.suspensions = SUSPENSIONS_AT_MOST

    result = runner.invoke(code, "waits", remaining_s=4, retries=1, prepare=is_suspended_very_often)
    assert result.outcome.status is OutcomeStatus.FAILED
    assert result.error.code == "HistoryFullError"
    assert runner.invoke(code, "fine").value == 1
