import fcntl
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flyte_cli.devbox import lifecycle, locks, server
from flyte_cli.devbox.errors import DevboxError
from flyte_cli.devbox.home import DevboxHome

HOLD_LOCK = """
import fcntl, json, os, sys
with open(sys.argv[1], "a+") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    json.dump({"pid": os.getpid(), "port": 4711}, lock)
    lock.flush()
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path: Path) -> DevboxHome:
    home = DevboxHome(tmp_path / "a home" / "devbox")
    home.root.mkdir(parents=True)
    return home


@pytest.fixture
def holder(home: DevboxHome) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the server's lock, as ministack does."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_LOCK, str(home.server_lock)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port: int = listener.getsockname()[1]
        yield port


def test_nothing_runs_where_nothing_was_started(home: DevboxHome) -> None:
    assert server.running(home) is None


def test_whoever_holds_the_lock_is_the_running_server(home: DevboxHome, holder: subprocess.Popen[str]) -> None:
    assert server.running(home) == server.Server(holder.pid, 4711)


def test_a_stale_file_does_not_name_a_running_server_even_if_its_pid_lives(home: DevboxHome) -> None:
    home.server_lock.write_text(json.dumps({"pid": os.getpid(), "port": 4711}))

    assert server.running(home) is None


def test_a_killed_server_does_not_run(home: DevboxHome, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()

    assert server.running(home) is None


def test_a_lock_of_someone_else_is_named_and_not_taken_for_a_server(home: DevboxHome) -> None:
    with home.server_lock.open("w") as lock:
        lock.write("?")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(DevboxError, match=r"server\.lock is locked, but by no devbox"):
            server.running(home)


def test_stopping_waits_until_the_lock_is_free(home: DevboxHome, holder: subprocess.Popen[str]) -> None:
    server.stop(home, server.Server(holder.pid, 4711))

    assert server.running(home) is None


def test_stopping_what_has_ended_meanwhile_is_no_error(home: DevboxHome, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()

    server.stop(home, server.Server(holder.pid, 4711))


def test_a_server_that_does_not_stop_is_named_with_its_log(
    home: DevboxHome, monkeypatch: pytest.MonkeyPatch, holder: subprocess.Popen[str]
) -> None:
    monkeypatch.setattr(server, "_STOP_TIMEOUT_S", 0.05)
    monkeypatch.setattr(os, "kill", lambda pid, signal: None)

    with pytest.raises(DevboxError, match=rf"kill -9 {holder.pid}.*ministack\.log"):
        server.stop(home, server.Server(holder.pid, 4711))


def test_a_server_that_ends_at_once_is_reported_with_the_end_of_its_log(home: DevboxHome, tmp_path: Path) -> None:
    fails = tmp_path / "python"
    fails.write_text("#!/bin/sh\necho no module named ministack\nexit 3\n")
    fails.chmod(0o755)

    with pytest.raises(DevboxError, match=r"did not start.*\n.*no module named ministack"):
        server.start(home, fails, 4711)


def test_the_server_sees_nothing_of_the_callers_environment(home: DevboxHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of-a-real-account")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")

    environment = server._environment(home, 4711)

    assert not {"AWS_ACCESS_KEY_ID", "PYTHONPATH"} & environment.keys()
    assert environment["BIND_HOST"] == "127.0.0.1"
    assert environment["TMPDIR"] == str(home.tmp)


def test_a_long_log_is_set_aside(home: DevboxHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_LOG_BYTES_KEPT", 10)
    home.log.write_text("a line of more than ten bytes")

    server._shorten(home.log)

    assert not home.log.exists()


def test_a_port_that_was_asked_for_and_is_taken_is_named_with_the_way_out(taken_port: int) -> None:
    with pytest.raises(DevboxError, match=rf"port {taken_port} of 127\.0\.0\.1 is taken.*--port N"):
        lifecycle._choose_port(taken_port, None)


def test_a_taken_default_port_gives_way_to_the_next_free_one(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = {30080, 30081, 30090}
    monkeypatch.setattr(server, "port_is_free", lambda port: port not in taken)

    assert lifecycle._choose_port(None, None) == 30082
    assert lifecycle._choose_port(None, 30085) == 30085
    assert lifecycle._choose_port(None, 30090) == 30082


def test_when_all_default_ports_are_taken_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "port_is_free", lambda port: False)

    with pytest.raises(DevboxError, match=r"30080 to 30099 .* all taken"):
        lifecycle._choose_port(None, None)


def test_an_exclusive_lock_lets_one_in_at_a_time(tmp_path: Path) -> None:
    lock = tmp_path / "folder" / "lock"
    with locks.exclusive(lock):
        assert locks.is_locked(lock)
        waiting = subprocess.Popen([sys.executable, "-c", _WAIT_FOR_LOCK, str(lock)], stdout=subprocess.PIPE, text=True)
        assert waiting.stdout
        assert waiting.stdout.readline() == "waits\n"
    out, _ = waiting.communicate(timeout=30)
    assert out == "in\n"
    assert not locks.is_locked(lock)


_WAIT_FOR_LOCK = """
import sys
from pathlib import Path
from flyte_cli.devbox import locks
with locks.exclusive(Path(sys.argv[1]), on_wait=lambda: print("waits", flush=True)):
    print("in")
"""
