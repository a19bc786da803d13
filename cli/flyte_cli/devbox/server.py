"""The ministack process: started, found again, watched and stopped."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

from . import locks
from .errors import DevboxError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .home import DevboxHome

HOST = "127.0.0.1"
REGION = "us-east-1"
ACCOUNT = "000000000000"

_START_TIMEOUT_S = 60.0
_STOP_TIMEOUT_S = 120.0
"""Ministack saves all its state when it stops: a slow disk gets its time."""

_POLL_S = 0.02
_MIB = 1024 * 1024
_SANDBOX_BYTES = 160 * _MIB
"""A runner's supervisor and its worker, each with pydantic and boto3 loaded."""

_CONCURRENCY = 1000
"""Invocations at a time, those that wait for a sandbox included. Source: Lambda quotas, the default of an account."""

_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from emulator.__main__ import main; main(sys.argv[2])"
"""The folder comes last on the path, where it hides nothing of the environment's."""

_children: list[subprocess.Popen[bytes]] = []
"""Those that this very process has started; they outlive it."""

_LOG_BYTES_KEPT = 20 * _MIB


@dataclass(frozen=True, slots=True)
class Server:
    """A ministack that lives."""

    pid: int
    port: int

    @property
    def url(self) -> str:
        """Where AWS's APIs answer."""
        return f"http://{HOST}:{self.port}"


def running(home: DevboxHome) -> Server | None:
    """The living ministack of this home, also one that still starts or stops."""
    deadline = time.monotonic() + 1
    while locks.is_locked(home.server_lock):
        try:
            return Server(**json.loads(home.server_lock.read_text()))
        except ValueError:
            # It has the lock, and is about to write who it is.
            if time.monotonic() > deadline:
                raise DevboxError(f"{home.server_lock} is locked, but by no devbox that this version knows") from None
            time.sleep(_POLL_S)
    return None


def is_healthy(server: Server, timeout_s: float = 2.0) -> bool:
    """Whether ministack answers."""
    # Not urllib: it would ask the proxy that the environment names.
    connection = HTTPConnection(HOST, server.port, timeout=timeout_s)
    try:
        connection.request("GET", "/_ministack/ready")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def port_is_free(port: int) -> bool:
    """Whether nothing listens on this port of the loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def start(home: DevboxHome, python: Path, port: int) -> Server:
    """Start ministack and wait until it answers. Nothing is left behind when that fails or is interrupted.

    Raises:
        DevboxError: If it ends, or does not answer in time; with the last lines of its log.
    """
    _collect_children()
    shutil.rmtree(home.tmp, ignore_errors=True)
    for folder in (home.state, home.s3, home.tmp):
        folder.mkdir(parents=True, exist_ok=True)
    _shorten(home.log)
    with home.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and file
            [str(python), "-P", "-c", _PROGRAM, str(Path(__file__).parent), str(home.server_lock)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=home.tmp,
            env=_environment(home, port),
            start_new_session=True,  # Ctrl-C in this terminal is not meant for it
        )
    try:
        _wait_until(lambda: process.poll() is not None or _answers(home, process.pid), _START_TIMEOUT_S)
        started = running(home) if _answers(home, process.pid) else None
    except BaseException:
        _kill(process)
        raise
    if started is None:
        _kill(process)
        raise DevboxError(f"ministack did not start. The end of its log, {home.log}:\n{_tail(home.log)}")
    _children.append(process)
    return started


def stop(home: DevboxHome, server: Server, *, at_once: bool = False) -> None:
    """End ministack the way that lets it save its state, and wait for it.

    Args:
        home: Whose ministack.
        server: The ministack.
        at_once: Whether to cut off what runs, instead of giving it some seconds to finish.

    Raises:
        DevboxError: If it does not end in time.
    """
    try:
        os.kill(server.pid, signal.SIGUSR1 if at_once else signal.SIGTERM)
    except ProcessLookupError:
        return
    if not _wait_until(lambda: not locks.is_locked(home.server_lock), _STOP_TIMEOUT_S):
        raise DevboxError(
            f"ministack (process {server.pid}) has not stopped within {_STOP_TIMEOUT_S:.0f} s; wait and try again, "
            f"or end it with `kill -9 {server.pid}`, which loses what changed last. Its log: {home.log}"
        )
    _collect_children()


def _collect_children() -> None:
    """Take note of those that have ended, so that the operating system forgets them."""
    _children[:] = [child for child in _children if child.poll() is None]


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _answers(home: DevboxHome, pid: int) -> bool:
    server = running(home)
    return server is not None and server.pid == pid and is_healthy(server)


def _wait_until(condition: Callable[[], bool], timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True


def _environment(home: DevboxHome, port: int) -> dict[str, str]:
    """All that ministack and the functions see: nothing of the caller's leaks into what stands for Lambda."""
    sandboxes = max(16, min(64, _memory_bytes() // 2 // _SANDBOX_BYTES))
    return {
        "PATH": f"{home.venv / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "HOME": str(home.tmp),
        "TMPDIR": str(home.tmp),
        "PYTHONNOUSERSITE": "1",
        "PYTHONUTF8": "1",
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": HOST,
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "AWS_DEFAULT_REGION": REGION,
        "DOCKER_HOST": f"unix://{home.tmp / 'no-docker'}",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "LAMBDA_ACCOUNT_CONCURRENCY": str(_CONCURRENCY),
        "DEVBOX_SANDBOXES": str(sandboxes),
        "LAMBDA_WARM_TTL_SECONDS": "60",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(home.state),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(home.s3),
        "LOG_LEVEL": "INFO",
    }


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _shorten(log: Path) -> None:
    """Keep the log's last part only, once it has grown long."""
    if log.exists() and log.stat().st_size > _LOG_BYTES_KEPT:
        log.replace(log.with_suffix(".log.1"))


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
