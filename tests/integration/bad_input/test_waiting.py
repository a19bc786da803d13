"""Ctrl-C while waiting for a run: the run goes on, and the user is told how to get back to it."""

from __future__ import annotations

import signal
from typing import IO, TYPE_CHECKING

import pytest

from tests.integration.bad_input.conftest import assert_refused
from tests.integration.new_user import unused

if TYPE_CHECKING:
    from tests.integration.new_user import User

pytestmark = pytest.mark.devbox

PROGRAM = """
import threading
import flyte

env = flyte.TaskEnvironment(name="waiting")

@env.task
def nap() -> int:
    print("good night", flush=True)
    threading.Event().wait(60)
    return 1
"""


def read_until(stream: IO[str] | None, word: str) -> str:
    assert stream is not None
    read = ""
    for line in stream:
        read += line
        if word in line:
            return read
    raise AssertionError(f"{word!r} never came, but: {read}")


def test_ctrl_c_leaves_it_running_and_says_how_to_go_on(user: User) -> None:
    name = unused("nap")
    user.write("naps.py", PROGRAM)
    with user.start_flyte("run", "--name", name, "naps.py", "nap") as waiting:
        said = read_until(waiting.stderr, "running")
        waiting.send_signal(signal.SIGINT)
        stdout, rest = waiting.communicate(timeout=30)
    said += rest
    assert (waiting.returncode, stdout) == (130, "")
    assert "Traceback" not in said

    told = [line.split("  ")[1] for line in said.splitlines() if line.startswith("  flyte ")]
    assert told == [f"flyte get run {name}", f"flyte get logs {name} --follow", f"flyte abort run {name}"]
    assert user.flyte("-of", "json", "get", "run", name).document["phase"] == "running"

    # Each word of the advice works.
    with user.start_flyte(*told[1].split()[1:]) as following:
        read_until(following.stdout, "good night")
        assert user.flyte(*told[2].split()[1:]).code == 0
        following.communicate(timeout=30)
    assert following.returncode == 0
    shown = user.flyte(*told[0].split()[1:])
    assert (shown.code, "aborted" in shown.stdout) == (0, True)


def test_whoever_waits_for_an_aborted_run_is_told(user: User) -> None:
    name = unused("nap")
    user.write("naps.py", PROGRAM)
    with user.start_flyte("-of", "json", "run", "--name", name, "naps.py", "nap") as waiting:
        read_until(waiting.stderr, "running")
        assert user.flyte("abort", "run", name, "--reason", "no longer needed").code == 0
        stdout, said = waiting.communicate(timeout=30)
    assert waiting.returncode == 1
    assert '"phase": "aborted"' in stdout
    assert "no longer needed" in said
    assert_refused(user.flyte("get", "logs", name, "no-such-action"), 2, "no-such-action")
