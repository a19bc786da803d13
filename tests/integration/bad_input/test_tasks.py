"""Tasks that misbehave: how their runs end, what of them can be read, and that the next run is like any other."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.new_user import unused

if TYPE_CHECKING:
    from tests.integration.new_user import User

pytestmark = pytest.mark.devbox

PROGRAM = Path(__file__).with_name("misbehaving.py")


@pytest.fixture
def misbehaving(user: User) -> User:
    shutil.copy(PROGRAM, user.folder)
    return user


def assert_next_is_well(user: User) -> None:
    assert user.run("misbehaving.py", "well")["outputs"] == {"o0": "(None, False, False, []) 1"}


@dataclass(frozen=True)
class Bad:
    """How a run of the task ends. `message`: words of its error; `printed`: lines of its log."""

    task: str
    code: str
    message: str = ""
    phase: str = "failed"
    printed: tuple[str, ...] = field(default=())


FAILURES = [
    Bad("raises", "ZeroDivisionError", "division"),
    Bad("raises_async", "LookupError", "nothing\nto be found"),
    Bad("raises_many", "ExceptionGroup", "both"),
    Bad("raises_speechless", "SpeechlessError"),
    Bad("raises_binary", "ValueError", "\N{GRINNING FACE}"),
    Bad("raises_a_megabyte", "ValueError", "mmm"),
    Bad("recurses", "RecursionError", "recursion"),
    Bad("cancels", "CancelledError"),
    Bad("interrupts", "KeyboardInterrupt"),
    Bad("returns_text", "DataValidationError", "'seven' is of type str, wanted int"),
    Bad("returns_what_is_no_text", "DataValidationError"),
    Bad("returns_too_much", "InlineIOMaxBytesBreached", "max_inline_io_bytes"),
    Bad("reads_the_terminal", "EOFError", printed=("How much? ",)),
    Bad("exits", "SystemExit", "sys.exit(0)"),
    Bad("exits_at_once", "WorkerCrashedError", "exit code 0", printed=("last words",)),
    Bad("crashes", "WorkerCrashedError", "SIGSEGV", printed=("about to crash", "Fatal Python error")),
    Bad("kills_its_supervisor", "WorkerCrashedError"),
    Bad("exhausts_memory", "OOMError", "1024 MB"),
    Bad("outlives_its_timeout", "MaxRuntimeExceededError", "1 s", "timed_out", printed=("still here",)),
]


@pytest.mark.parametrize("bad", FAILURES, ids=lambda bad: bad.task)
def test_the_run_fails_with_its_class_and_the_next_one_is_well(misbehaving: User, bad: Bad) -> None:
    name = unused("bad")
    ended = misbehaving.flyte("-of", "json", "run", "--name", name, "misbehaving.py", bad.task)
    error = ended.document["error"]
    assert (ended.code, ended.document["phase"], error["code"]) == (1, bad.phase, bad.code)
    assert bad.message in error["message"]
    assert len(error["message"]) + len(error["traceback"]) < 40_000
    assert f"Error: The run {name} " in ended.stderr
    assert_only_the_users_frames(error["traceback"])

    logs = misbehaving.flyte("get", "logs", "--lines", "1000", name)
    assert logs.code == 0
    for words in bad.printed:
        assert words in logs.stdout
    assert_next_is_well(misbehaving)


def assert_only_the_users_frames(traceback: str) -> None:
    frames = [line for line in traceback.splitlines() if line.lstrip(" |+-").startswith("File ")]
    assert not traceback or frames
    assert [frame for frame in frames if "/flyte/" in frame or "/functions/" in frame] == []


@pytest.mark.parametrize(
    "bad",
    [bad for bad in FAILURES if bad.code not in {"WorkerCrashedError", "OOMError", "KeyboardInterrupt"}],
    ids=lambda bad: bad.task,
)
def test_without_a_backend_it_fails_alike(stranger: User, bad: Bad) -> None:
    shutil.copy(PROGRAM, stranger.folder)
    ended = stranger.flyte("-of", "json", "run", "--local", "misbehaving.py", bad.task)
    error = ended.document["error"]
    assert (ended.code, ended.document["phase"], error["code"]) == (1, bad.phase, bad.code)
    assert bad.message in error["message"]
    assert_only_the_users_frames(error["traceback"])
    assert "no running event loop" not in ended.stderr
    for words in bad.printed:
        assert words in ended.stderr


def test_what_is_recorded_of_a_failure_can_be_looked_at(misbehaving: User) -> None:
    name = unused("bad")
    assert misbehaving.flyte("run", "--name", name, "misbehaving.py", "raises").code == 1

    recorded = misbehaving.flyte("-of", "json", "get", "run", name).document
    assert (recorded["phase"], recorded["error"]["code"]) == ("failed", "ZeroDivisionError")
    assert [entry["phase"] for entry in recorded["transitions"]] == ["queued", "running", "failed"]
    assert "ZeroDivisionError" in misbehaving.flyte("get", "run", name).stdout
    listed = misbehaving.flyte("-of", "json", "get", "run", "--in-phase", "failed", "--task-name", "misbehaving.raises")
    assert name in [run["id"]["run"] for run in listed.document]
    (action,) = misbehaving.flyte("-of", "json", "get", "action", name).document
    assert action["phase"] == "failed"


def outputs(user: User, name: str, task: str) -> Any:
    return user.run("--name", name, "misbehaving.py", task)["outputs"]


@pytest.mark.parametrize("task", ["prints_a_megabyte", "prints_a_megabyte_in_one_line"])
def test_a_megabyte_of_output_is_kept_whole(misbehaving: User, task: str) -> None:
    name = unused("loud")
    assert outputs(misbehaving, name, task) == {"o0": 1}
    printed = misbehaving.flyte("get", "logs", "--filter-system", "--lines", "1000000", name).stdout
    lines = printed.splitlines()
    if task == "prints_a_megabyte":
        assert lines == [f"{number:06} {'x' * 92}" for number in range(10_000)]
    else:
        assert "".join(lines) == "x" * 1_000_000
    last = misbehaving.flyte("get", "logs", "--filter-system", "--lines", "2", name).stdout
    assert last.splitlines() == lines[-2:]
    assert_next_is_well(misbehaving)


def test_binary_output_is_readable_as_text(misbehaving: User) -> None:
    name = unused("binary")
    assert outputs(misbehaving, name, "prints_binary") == {"o0": 1}
    printed = misbehaving.flyte("-of", "json", "get", "logs", "--filter-system", "--lines", "1000", name).document
    messages = [line["message"] for line in printed]
    assert messages[0] == "\ufffd\ufffd\x00 begins"
    assert messages[-1] == "ends"
    assert_next_is_well(misbehaving)


@pytest.mark.parametrize("task", ["closes_its_output", "forks", "leaves_things_behind"])
def test_what_a_task_does_to_its_process_stays_there(misbehaving: User, task: str) -> None:
    name = unused("rude")
    assert outputs(misbehaving, name, task) == {"o0": 1}
    assert misbehaving.flyte("get", "logs", name).code == 0
    assert_next_is_well(misbehaving)
